// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Port knock: TCP port 22 is closed, except for IPv4 sources that have sent a UDP packet
 * to the ports 7001, 8002 and 9003, in this order. For them it is open for a minute.
 * Connections that exist then go on: only packets with SYN are checked.
 *
 *	ip link xdp multi add dev v0 object knock.o
 *	# on the machine that wants to connect, in bash
 *	for port in 7001 8002 9003; do echo > /dev/udp/10.0.0.1/$port; done
 *
 * The knocks themselves are dropped and get no answer. Anybody who sees the packets can
 * repeat them, so this hides a port, but does not replace a password.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define CLOSED_PORT 22
#define OPEN_FOR    60000000000ULL /* ns */
#define KNOCKS	    3

/* struct visitor - a source that has knocked: the knocks so far, when the last one came */
struct visitor {
	__u64 time;
	__u32 knocks;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __be32);
	__type(value, struct visitor);
} visitors SEC(".maps");

/* number_of() - which knock a port is: 1, 2, 3; 0 for any other port */
static __u32 number_of(__be16 port)
{
	switch (bpf_ntohs(port)) {
	case 7001:
		return 1;
	case 8002:
		return 2;
	case 9003:
		return 3;
	}
	return 0;
}

/* A knock out of order starts again. */
static int take_knock(__be32 source, __u32 number)
{
	struct visitor *known = bpf_map_lookup_elem(&visitors, &source);
	struct visitor now = { .time = bpf_ktime_get_ns() };

	if (number == 1 || (known && known->knocks == number - 1))
		now.knocks = number;
	bpf_map_update_elem(&visitors, &source, &now, BPF_ANY);
	return XDP_DROP;
}

static int may_connect(__be32 source)
{
	struct visitor *known = bpf_map_lookup_elem(&visitors, &source);

	return known && known->knocks == KNOCKS && bpf_ktime_get_ns() - known->time < OPEN_FOR;
}

SEC("xdp")
int knock(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp;
	struct udphdr *udp;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl < 5)
		return XDP_PASS;
	tcp = (void *)ip + ip->ihl * 4;
	udp = (void *)tcp;
	if (ip->protocol == IPPROTO_UDP && (void *)(udp + 1) <= end && number_of(udp->dest))
		return take_knock(ip->saddr, number_of(udp->dest));
	if (ip->protocol != IPPROTO_TCP || (void *)(tcp + 1) > end)
		return XDP_PASS;
	if (tcp->dest != bpf_htons(CLOSED_PORT) || !tcp->syn || may_connect(ip->saddr))
		return XDP_PASS;
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
