// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Send packets until SIGTERM, then print how many.
 *
 *	flood DEV MAC BURST PAUSE
 *
 * Out of DEV to MAC go BURST packets at once, then a pause of so many
 * microseconds. They are of IPv4 with a wrong checksum: who gets them counts them
 * (InReceives of /proc/net/snmp), and is done with them. A packet that DEV itself
 * drops is one that was sent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netpacket/packet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct packet {
	struct ether_header eth;
	struct iphdr ip;
	char data[26];
} __attribute__((packed));

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int open_socket(const char *dev)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETHERTYPE_IP),
		.sll_ifindex = if_nametoindex(dev),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (!to.sll_ifindex || fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to)))
		die(dev);
	return fd;
}

static void fill(struct packet *p, const char *mac)
{
	static const unsigned char from[] = { 2, 0, 0, 0, 0, 0xff };
	const struct ether_addr *to = ether_aton(mac);

	if (!to)
		die(mac);
	memcpy(p->eth.ether_dhost, to, sizeof(p->eth.ether_dhost));
	memcpy(p->eth.ether_shost, from, sizeof(p->eth.ether_shost));
	p->eth.ether_type = htons(ETHERTYPE_IP);
	p->ip.version = 4;
	p->ip.ihl = 5;
	p->ip.ttl = 64;
	p->ip.tot_len = htons(sizeof(*p) - sizeof(p->eth));
	p->ip.check = 0;
}

/*
 * Not by sendmmsg(): if a later packet of several is refused, that does not say why, and so
 * not whether the device has counted it.
 */
static void send_packet(int fd, const struct packet *packet)
{
	while (send(fd, packet, sizeof(*packet), 0) < 0) {
		if (errno == ENOBUFS)
			return; /* the device dropped it */
		if (errno != EINTR)
			die("send");
	}
}

int main(int argc, char **argv)
{
	static struct packet packet;
	struct timespec pause = { 0 };
	unsigned long long sent = 0;
	unsigned int burst;
	int fd;

	if (argc != 5)
		return 1;
	fd = open_socket(argv[1]);
	fill(&packet, argv[2]);
	burst = strtoul(argv[3], NULL, 10);
	pause.tv_nsec = strtoul(argv[4], NULL, 10) * 1000;
	if (!burst)
		return 1;
	signal(SIGTERM, end);
	while (!ended) {
		for (unsigned int i = 0; i < burst; i++)
			send_packet(fd, &packet);
		sent += burst;
		nanosleep(&pause, NULL);
	}
	printf("%llu\n", sent);
	return 0;
}
