// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts the packets that carry the mark of the program "hints". */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} marked SEC(".maps");

SEC("xdp")
int hints_reader(struct xdp_md *ctx)
{
	__u32 *meta = (void *)(long)ctx->data_meta;
	__u32 key = 0;
	__u64 *value;

	if ((void *)(meta + 1) > (void *)(long)ctx->data)
		return XDP_PASS;
	if (*meta != 0x68617368)
		return XDP_PASS;
	value = bpf_map_lookup_elem(&marked, &key);
	if (value)
		__sync_fetch_and_add(value, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
