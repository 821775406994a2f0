// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rate limit: each IPv4 source may send 1000 packets a second and 200 at once. More are
 * dropped. Change the limits while the program runs:
 *
 *	ip link xdp multi add dev v0 object ratelimit.o
 *	# 10 packets a second, 5 at once: two numbers of four bytes, low byte first
 *	bpftool map update name limit key 0 0 0 0 value 10 0 0 0 5 0 0 0
 *	# packets dropped
 *	bpftool map dump name limited
 *
 * A source has a bucket of `burst` tokens, which fills at `rate` tokens a second. A packet
 * takes one token, and without a token it is dropped. The bucket is kept as the one moment
 * at which it was last empty, so that a source costs eight bytes. Two processors that see
 * packets of one source at the same time may let one packet too many through.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <xdp_multi.h>

#define SECOND 1000000000ULL

struct limit {
	__u32 rate;  /* packets per second; 0 means 1000 */
	__u32 burst; /* packets at once; 0 means 200 */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct limit);
} limit SEC(".maps");

/* The sources that were seen last. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __be32);
	__type(value, __u64); /* when the bucket was empty, in ns */
} buckets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} limited SEC(".maps");

struct {
	XDP_MULTI_PRIO(20);
	XDP_MULTI_PROCEED_ON(XDP_PASS);
} XDP_MULTI_DEFAULTS(ratelimit);

/* take_token() - from the bucket of this source; 0 if it has none */
static int take_token(__be32 source, __u64 interval, __u64 full)
{
	__u64 *empty = bpf_map_lookup_elem(&buckets, &source);
	__u64 now = bpf_ktime_get_ns(), when = now - full;

	/* A full bucket stays full. */
	if (empty && *empty > when)
		when = *empty;
	when += interval;
	if (when > now)
		return 0;
	if (empty)
		*empty = when;
	else
		bpf_map_update_elem(&buckets, &source, &when, BPF_ANY);
	return 1;
}

static int is_limited(__be32 source)
{
	__u32 key = 0;
	struct limit *l = bpf_map_lookup_elem(&limit, &key);
	__u64 *count = bpf_map_lookup_elem(&limited, &key);
	__u64 interval;

	if (!l || !count)
		return 0;
	interval = SECOND / (l->rate ?: 1000);
	if (take_token(source, interval, interval * (l->burst ?: 200)))
		return 0;
	__sync_fetch_and_add(count, 1);
	return 1;
}

SEC("xdp")
int ratelimit(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	return is_limited(ip->saddr) ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
