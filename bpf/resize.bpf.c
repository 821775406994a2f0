// SPDX-License-Identifier: GPL-2.0-or-later
// Moves the packet's start back and forth: its bytes stay as they were, but
// the verifier must take the program for one that changes packet data.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define ROOM 16

SEC("xdp")
int resize(struct xdp_md *ctx)
{
	if (bpf_xdp_adjust_head(ctx, -ROOM))
		return XDP_ABORTED;
	if (bpf_xdp_adjust_head(ctx, ROOM))
		return XDP_ABORTED;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
