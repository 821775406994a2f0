// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts packets in a map whose value has a type that a test gives another name,
 * as compilers for other languages write them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct HashMapLike_u32__u32_ {
	__u64 value__of__it;
};

typedef struct HashMapLike_u32__u32_ alias__of__it;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, alias__of__it);
} packets SEC(".maps");

enum choice__ {
	choice__one,
	choice__two,
};

enum choice__ chosen = choice__two;

static __attribute__((noinline)) int count(struct HashMapLike_u32__u32_ *it)
{
	__sync_fetch_and_add(&it->value__of__it, 1);
	return chosen == choice__two ? XDP_PASS : XDP_DROP;
}

__attribute__((noinline)) int checked(struct xdp_md *ctx)
{
	return ctx->data_end > ctx->data;
}

SEC("xdp")
int names(struct xdp_md *ctx)
{
	__u32 key = 0;
	alias__of__it *it = bpf_map_lookup_elem(&packets, &key);

	return it && checked(ctx) ? count(it) : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
