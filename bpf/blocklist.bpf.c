// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Block list: drops packets from listed IPv4 and IPv6 prefixes, and packets to listed
 * TCP and UDP ports. The lists are maps. Edit them while the program runs:
 *
 *	ip link xdp multi add dev v0 object blocklist.o
 *	# 10.0.0.0/24: the length of the prefix in four bytes, then the address
 *	bpftool map update name blocked_v4 key 24 0 0 0 10 0 0 0 value 0 0 0 0 0 0 0 0
 *	# UDP (17) port 7777 (0x1e 0x61): protocol, a zero, the port
 *	bpftool map update name blocked_ports key 17 0 0x1e 0x61 value 0 0 0 0 0 0 0 0
 *	bpftool map dump name blocked_v4	# with the number of packets dropped
 *	bpftool map delete name blocked_v4 key 24 0 0 0 10 0 0 0
 *
 * It looks at the first header after Ethernet: packets with a VLAN tag pass. Ports are
 * not checked behind IP options, IPv6 extension headers, or in fragments.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <xdp_multi.h>

#define FRAGMENT 0x3fff /* "more fragments", and the offset */

struct prefix_v4 {
	__u32 length;
	__be32 address;
};

struct prefix_v6 {
	__u32 length;
	struct in6_addr address;
};

struct port {
	__u8 protocol;
	__u8 zero;
	__be16 number;
};

#define LIST(name, kind, flags, key_type)          \
	struct {                                   \
		__uint(type, BPF_MAP_TYPE_##kind); \
		__uint(max_entries, 100000);       \
		__uint(map_flags, flags);          \
		__type(key, key_type);             \
		__type(value, __u64);              \
	} name SEC(".maps")

LIST(blocked_v4, LPM_TRIE, BPF_F_NO_PREALLOC, struct prefix_v4);
LIST(blocked_v6, LPM_TRIE, BPF_F_NO_PREALLOC, struct prefix_v6);
LIST(blocked_ports, HASH, BPF_F_NO_PREALLOC, struct port);

struct {
	XDP_MULTI_PRIO(10);
	XDP_MULTI_PROCEED_ON(XDP_PASS);
} XDP_MULTI_DEFAULTS(blocklist);

/* counted() - does the list have this line? Counts the packet if it does. */
static int counted(__u64 *dropped)
{
	if (dropped)
		__sync_fetch_and_add(dropped, 1);
	return !!dropped;
}

static int port_is_blocked(__u8 protocol, const __be16 *ports, void *end)
{
	struct port port = { .protocol = protocol };

	if ((protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) || (void *)(ports + 2) > end)
		return 0;
	port.number = ports[1];
	return counted(bpf_map_lookup_elem(&blocked_ports, &port));
}

static int v4_is_blocked(struct iphdr *ip, void *end)
{
	struct prefix_v4 source = { .length = 32 };

	if ((void *)(ip + 1) > end)
		return 0;
	source.address = ip->saddr;
	if (counted(bpf_map_lookup_elem(&blocked_v4, &source)))
		return 1;
	return ip->ihl == 5 && !(ip->frag_off & bpf_htons(FRAGMENT)) &&
	       port_is_blocked(ip->protocol, (void *)(ip + 1), end);
}

static int v6_is_blocked(struct ipv6hdr *ip, void *end)
{
	struct prefix_v6 source = { .length = 128 };

	if ((void *)(ip + 1) > end)
		return 0;
	source.address = ip->saddr;
	return counted(bpf_map_lookup_elem(&blocked_v6, &source)) ||
	       port_is_blocked(ip->nexthdr, (void *)(ip + 1), end);
}

SEC("xdp")
int blocklist(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	void *ip = eth + 1;

	if (ip > end)
		return XDP_PASS;
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		return v4_is_blocked(ip, end) ? XDP_DROP : XDP_PASS;
	if (eth->h_proto == bpf_htons(ETH_P_IPV6))
		return v6_is_blocked(ip, end) ? XDP_DROP : XDP_PASS;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
