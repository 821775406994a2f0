// SPDX-License-Identifier: GPL-2.0-or-later
/* Starts a timer at the first packet, which counts. The map that holds it has to
 * be pinned ("pinmaps DIR"): the kernel stops its timers with its last user. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define CLOCK_MONOTONIC 1

struct state {
	__u64 fired;
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct state);
} timers SEC(".maps");

static int fire(void *map, __u32 *key, struct state *s)
{
	s->fired++;
	return 0;
}

SEC("xdp")
int timer(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct state *s = bpf_map_lookup_elem(&timers, &key);

	if (!s || bpf_timer_init(&s->timer, &timers, CLOCK_MONOTONIC))
		return XDP_PASS;
	bpf_timer_set_callback(&s->timer, fire);
	bpf_timer_start(&s->timer, 0, 0);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
