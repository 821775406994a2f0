// SPDX-License-Identifier: GPL-2.0-or-later
// Sends every packet back out of the interface that it came in by.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int tx(struct xdp_md *ctx)
{
	return XDP_TX;
}

char _license[] SEC("license") = "GPL";
