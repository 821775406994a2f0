// SPDX-License-Identifier: GPL-2.0-or-later
// Never ends, so the verifier must refuse it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int loop_bad(struct xdp_md *ctx)
{
	while (bpf_get_prandom_u32() != 0 || ctx)
		;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
