// SPDX-License-Identifier: GPL-2.0-or-later
/* Asks the driver for the hash of each packet, and writes it in front of the
 * packet for the programs that follow. Bound to one device. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum xdp_rss_hash_type {
	XDP_RSS_TYPE_NONE,
};

extern int bpf_xdp_metadata_rx_hash(const struct xdp_md *ctx, __u32 *hash,
				    enum xdp_rss_hash_type *type) __ksym;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} asked SEC(".maps"); /* 0: packets, 1: those with a hash */

static void count(__u32 key)
{
	__u64 *value = bpf_map_lookup_elem(&asked, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
}

SEC("xdp")
int hints(struct xdp_md *ctx)
{
	enum xdp_rss_hash_type type = XDP_RSS_TYPE_NONE;
	__u32 hash = 0;
	__u32 *meta;

	count(0);
	if (!bpf_xdp_metadata_rx_hash(ctx, &hash, &type))
		count(1);
	if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(*meta)))
		return XDP_PASS;
	meta = (void *)(long)ctx->data_meta;
	if ((void *)(meta + 1) <= (void *)(long)ctx->data)
		*meta = 0x68617368; /* "hash" */
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
