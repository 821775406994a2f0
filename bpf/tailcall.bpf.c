// SPDX-License-Identifier: GPL-2.0-or-later
/* Tail-calls a second program of its own, which drops. The tail-call map
 * has to be pinned ("pinmaps DIR"): the kernel empties it with its last user. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int callee(struct xdp_md *ctx)
{
	return XDP_DROP;
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__array(values, int(struct xdp_md *));
} jumps SEC(".maps") = {
	.values = { (void *)&callee },
};

SEC("xdp")
int tailcall(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &jumps, 0);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
