// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts packets; in the section that iproute2 used before libbpf, so that it
 * is loaded without an attach type. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} legacy_packets SEC(".maps");

SEC("prog")
int legacy(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&legacy_packets, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
