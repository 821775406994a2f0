// SPDX-License-Identifier: GPL-2.0-or-later
// Programs that change packets: one alters bytes and cuts the end, one adds a VLAN tag.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define TTL 22
#define TAG 4

/* The time to live becomes 9, and the last byte is removed. */
SEC("xdp")
int mangle(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;

	if (data + TTL + 1 > (__u8 *)(long)ctx->data_end)
		return XDP_PASS;
	data[TTL] = 9;
	return bpf_xdp_adjust_tail(ctx, -1) ? XDP_ABORTED : XDP_PASS;
}

/* The addresses move to the front; behind them comes VLAN 5. */
SEC("xdp")
int tag(struct xdp_md *ctx)
{
	__be16 *words;

	if (bpf_xdp_adjust_head(ctx, -TAG))
		return XDP_ABORTED;
	words = (void *)(long)ctx->data;
	if ((void *)(words + 8) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	for (int i = 0; i < ETH_ALEN; i++)
		words[i] = words[i + TAG / 2];
	words[6] = bpf_htons(ETH_P_8021Q);
	words[7] = bpf_htons(5);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
