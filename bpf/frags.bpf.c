// SPDX-License-Identifier: GPL-2.0-or-later
// Passes every packet, those of many buffers too.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp.frags")
int frags(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
