// SPDX-License-Identifier: GPL-2.0-or-later
// Its prototype returns an enumeration, as that of many programs does; an
// extension must have the prototype of what it replaces.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
enum xdp_action action_enum(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
