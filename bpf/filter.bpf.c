// SPDX-License-Identifier: GPL-2.0-or-later
// A small firewall: drops IPv4 packets whose source address is in the map
// `blocked`, and those to the UDP port 7777, or up to LAST_PORT.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define FIRST_PORT 7777
#ifndef LAST_PORT
#define LAST_PORT FIRST_PORT
#endif

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __be32);
	__type(value, __u8);
} blocked SEC(".maps");

SEC("xdp")
int filter(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);
	__u16 port;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (bpf_map_lookup_elem(&blocked, &ip->saddr))
		return XDP_DROP;

	/* Packets with IP options are left to the programs behind. */
	if (ip->protocol != IPPROTO_UDP || ip->ihl != 5 || (void *)(udp + 1) > end)
		return XDP_PASS;
	port = bpf_ntohs(udp->dest);
	return port >= FIRST_PORT && port <= LAST_PORT ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
