// SPDX-License-Identifier: GPL-2.0-or-later
/* Passes every packet, but only after it has tail-called itself until the kernel
 * refused: the budget of tail calls on this packet's way is spent then. The map
 * has to be pinned ("pinmaps DIR"): the kernel empties it with its last user. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int spend(struct xdp_md *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} spent SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__array(values, int(struct xdp_md *));
} again SEC(".maps") = {
	.values = { (void *)&spend },
};

SEC("xdp")
int spend(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u64 *calls = bpf_map_lookup_elem(&spent, &key);

	if (calls)
		__sync_fetch_and_add(calls, 1);
	bpf_tail_call(ctx, &again, 0);
	return XDP_PASS;
}

SEC("xdp")
int spender(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &again, 0);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
