// SPDX-License-Identifier: GPL-2.0-or-later
// Drops every packet, and says in its BTF, by libxdp's convention, that it
// wants to run early and that the chain goes on after a drop.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/*
 * The convention: a struct named _FUNCTION in this section whose members'
 * types are pointers to arrays; what counts is the arrays' lengths.
 */
struct {
	__uint(priority, 10);
	__uint(XDP_PASS, 1);
	__uint(XDP_DROP, 1);
} _metadata SEC(".xdp_run_config");

SEC("xdp")
int metadata(struct xdp_md *ctx)
{
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
