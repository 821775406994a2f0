// SPDX-License-Identifier: GPL-2.0-or-later
// Its prototype takes an untyped context; an extension must have the
// prototype of what it replaces.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int void_ctx(void *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
