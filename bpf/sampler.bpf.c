// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sampler: passes all packets, and sends the head of one in a hundred to user space, by
 * a ring buffer. sampler.c is the program that prints what comes out of it:
 *
 *	ip link xdp multi add dev v0 object sampler.o
 *	./sampler $(bpftool -j map show name samples | jq .id)
 *	# every packet
 *	bpftool map update name sample_every key 0 0 0 0 value 1 0 0 0
 *
 * If nobody reads, the ring buffer fills and further samples are lost. The packets pass.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "sample.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} samples SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} sample_every SEC(".maps"); /* 0 means 100 */

static void copy_head(struct sample *s, const __u8 *data, const __u8 *end)
{
	__builtin_memset(s->data, 0, SAMPLE_BYTES);
	/* The verifier follows each turn of the loop. */
	for (int i = 0; i < SAMPLE_BYTES && data + i + 1 <= end; i++)
		s->data[i] = data[i];
}

static void take_sample(struct xdp_md *ctx)
{
	const __u8 *data = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	struct sample *s = bpf_ringbuf_reserve(&samples, sizeof(*s), 0);

	if (!s)
		return;
	s->time = bpf_ktime_get_ns();
	s->ifindex = ctx->ingress_ifindex;
	s->length = end - data;
	copy_head(s, data, end);
	bpf_ringbuf_submit(s, 0);
}

SEC("xdp")
int sampler(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u32 *every = bpf_map_lookup_elem(&sample_every, &key);

	if (every && bpf_get_prandom_u32() % (*every ?: 100) == 0)
		take_sample(ctx);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
