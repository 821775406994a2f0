// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Protocol counter: counts packets and bytes by the protocol number in the IP header,
 * and passes them. Packets that are neither IPv4 nor IPv6 count as number 255, which is
 * reserved.
 *
 *	ip link xdp multi add dev v0 object protocols.o
 *	bpftool map lookup name by_protocol key 6 0 0 0		# TCP
 *	bpftool map lookup name by_protocol key 17 0 0 0		# UDP
 *
 * Each processor has its own counters; bpftool prints all of them. The sums of the
 * protocols that were seen:
 *
 *	bpftool -j map dump name by_protocol | jq -c '.[].formatted | [.key,
 *		([.values[].value.packets] | add)] | select(.[1] > 0)'
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define NOT_IP 255

struct traffic {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct traffic);
} by_protocol SEC(".maps");

static __u32 protocol_of(struct ethhdr *eth, void *end)
{
	struct iphdr *v4 = (void *)(eth + 1);
	struct ipv6hdr *v6 = (void *)(eth + 1);

	if ((void *)(v4 + 1) > end)
		return NOT_IP;
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		return v4->protocol;
	if (eth->h_proto == bpf_htons(ETH_P_IPV6) && (void *)(v6 + 1) <= end)
		return v6->nexthdr;
	return NOT_IP;
}

SEC("xdp")
int protocols(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u32 key = protocol_of(data, end);
	struct traffic *t = bpf_map_lookup_elem(&by_protocol, &key);

	if (t) {
		t->packets++;
		t->bytes += end - data;
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
