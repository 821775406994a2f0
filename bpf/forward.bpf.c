// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Forward: sends packets to listed IPv4 addresses straight out of another device, and
 * passes all others. It changes nothing in the packet. So it suits containers and virtual
 * machines that accept every MAC address (promiscuous), or share one.
 *
 *	ip link xdp multi add dev v0 object forward.o
 *	# 10.9.0.2 leaves by the device with index 7, which must exist ("ip link" has the index)
 *	bpftool map update name out_device key 10 9 0 2 value 7 0 0 0
 *
 * The driver of the other device must be able to send (on veth: its peer needs an XDP
 * program or GRO too).
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);   /* an IPv4 address, as in the packet */
	__type(value, __u32); /* the index of a device */
} out_device SEC(".maps");

SEC("xdp")
int forward(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	return bpf_redirect_map(&out_device, ip->daddr, XDP_PASS);
}

char _license[] SEC("license") = "GPL";
