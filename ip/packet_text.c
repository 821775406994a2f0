// SPDX-License-Identifier: GPL-2.0-or-later
/* Describes a packet in a short text. */
#include "packet_text.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MAX_TAGS    4
#define MAX_HEADERS 8

/* struct reader - @at: the remaining @left bytes */
struct reader {
	const uint8_t *at;
	size_t left;
	char *text;
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void say(struct reader *p, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(p->text + p->used, PACKET_TEXT_SIZE - p->used, fmt, args);
	va_end(args);
	if (n > 0)
		p->used += n;
	if (p->used >= PACKET_TEXT_SIZE)
		p->used = PACKET_TEXT_SIZE - 1;
}

static unsigned int word(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

/* Take the next @n bytes; NULL if there are fewer. */
static const uint8_t *take(struct reader *p, size_t n)
{
	const uint8_t *at = p->at;

	if (p->left < n)
		return NULL;
	p->at += n;
	p->left -= n;
	return at;
}

/* ---- contents of an IP packet ---- */

static const char *protocol_name(unsigned int protocol)
{
	static const struct {
		unsigned int number;
		const char *name;
	} known[] = {
		{ 1, "icmp" },	 { 2, "igmp" },	     { 4, "ipip" },  { 6, "tcp" },
		{ 17, "udp" },	 { 41, "ip6" },	     { 47, "gre" },  { 50, "esp" },
		{ 51, "ah" },	 { 58, "icmp6" },    { 89, "ospf" }, { 112, "vrrp" },
		{ 132, "sctp" }, { 136, "udplite" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].number == protocol)
			return known[i].name;
	return NULL;
}

static bool has_ports(unsigned int protocol)
{
	return protocol == 6 || protocol == 17 || protocol == 132 || protocol == 136;
}

static void say_flow(struct reader *p, const char *from, const char *to, unsigned int protocol,
		     bool first)
{
	const uint8_t *ports = first && has_ports(protocol) ? take(p, 4) : NULL;
	const char *name = protocol_name(protocol);

	if (ports)
		say(p, "%s.%u > %s.%u", from, word(ports), to, word(ports + 2));
	else
		say(p, "%s > %s", from, to);
	if (name)
		say(p, " %s", name);
	else
		say(p, " protocol %u", protocol);
	if (!first)
		say(p, " fragment");
}

static void say_ipv4(struct reader *p)
{
	char from[INET_ADDRSTRLEN], to[INET_ADDRSTRLEN];
	const uint8_t *ip = take(p, 20);
	size_t options;

	if (!ip) {
		say(p, "ip truncated");
		return;
	}
	options = (ip[0] & 0xf) > 5 ? 4 * ((ip[0] & 0xf) - 5) : 0;
	if (!take(p, options))
		p->left = 0;
	inet_ntop(AF_INET, ip + 12, from, sizeof(from));
	inet_ntop(AF_INET, ip + 16, to, sizeof(to));
	say_flow(p, from, to, ip[9], !(word(ip + 6) & 0x1fff));
}

/* True for hop-by-hop options, routing, destination options and the fragment header. */
static bool is_extension(unsigned int protocol)
{
	return protocol == 0 || protocol == 43 || protocol == 44 || protocol == 60;
}

static void say_ipv6(struct reader *p)
{
	char from[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN];
	const uint8_t *ip = take(p, 40), *header;
	unsigned int protocol;
	bool first = true;

	if (!ip) {
		say(p, "ip6 truncated");
		return;
	}
	inet_ntop(AF_INET6, ip + 8, from, sizeof(from));
	inet_ntop(AF_INET6, ip + 24, to, sizeof(to));
	protocol = ip[6];
	for (int i = 0; i < MAX_HEADERS && is_extension(protocol); i++) {
		header = take(p, 8);
		if (!header)
			break;
		if (protocol == 44)
			first &= !(word(header + 2) & 0xfff8);
		else if (!take(p, 8 * header[1]))
			p->left = 0;
		protocol = header[0];
	}
	say_flow(p, from, to, protocol, first);
}

static void say_arp(struct reader *p)
{
	char from[INET_ADDRSTRLEN], to[INET_ADDRSTRLEN];
	const uint8_t *arp = take(p, 28);

	if (!arp || word(arp + 2) != 0x0800) {
		say(p, "arp");
		return;
	}
	inet_ntop(AF_INET, arp + 14, from, sizeof(from));
	inet_ntop(AF_INET, arp + 24, to, sizeof(to));
	say(p, "%s > %s arp %s", from, to,
	    word(arp + 6) == 1	 ? "request"
	    : word(arp + 6) == 2 ? "reply"
				 : "");
}

/* ---- the frame ---- */

static void say_other(struct reader *p, const uint8_t *mac, unsigned int type)
{
	say(p, "%02x:%02x:%02x:%02x:%02x:%02x > %02x:%02x:%02x:%02x:%02x:%02x", mac[6], mac[7],
	    mac[8], mac[9], mac[10], mac[11], mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	if (type < 0x600)
		say(p, " llc");
	else
		say(p, " ethertype 0x%04x", type);
}

const char *packet_text(const void *data, size_t len, char *buf)
{
	struct reader p = { .at = data, .left = len, .text = buf };
	const uint8_t *mac = take(&p, 14), *tag;
	unsigned int type;

	*buf = '\0';
	if (!mac) {
		say(&p, "truncated");
		return buf;
	}
	type = word(mac + 12);
	for (int i = 0; i < MAX_TAGS && (type == 0x8100 || type == 0x88a8); i++) {
		tag = take(&p, 4);
		if (!tag)
			break;
		say(&p, "vlan %u ", word(tag) & 0xfff);
		type = word(tag + 2);
	}
	if (type == 0x0800)
		say_ipv4(&p);
	else if (type == 0x86dd)
		say_ipv6(&p);
	else if (type == 0x0806)
		say_arp(&p);
	else
		say_other(&p, mac, type);
	return buf;
}
