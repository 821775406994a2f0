// SPDX-License-Identifier: GPL-2.0-or-later
// Returns the packet's first byte, so that a test chooses the verdict; 31 is
// what says "not run" in a chain.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int echo(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;

	if (data + 1 > (__u8 *)(long)ctx->data_end)
		return XDP_ABORTED;
	return *data;
}

char _license[] SEC("license") = "GPL";
