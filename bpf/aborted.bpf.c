// SPDX-License-Identifier: GPL-2.0-or-later
// Aborts on every packet, as a program with a bug does.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int aborted(struct xdp_md *ctx)
{
	return XDP_ABORTED;
}

char _license[] SEC("license") = "GPL";
