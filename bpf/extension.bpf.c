// SPDX-License-Identifier: GPL-2.0-or-later
// Drops every packet. Written as an extension, as some loaders want it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("freplace/prog0")
int extension(struct xdp_md *ctx)
{
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
