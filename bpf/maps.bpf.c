// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program with a map of every type that an XDP program can use. With VERSION 2 the
 * members of the value of `counters` are in another order. With PINNED
 * they all ask to be pinned.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifndef VERSION
#define VERSION 1
#endif

#ifdef PINNED
#define PIN __uint(pinning, LIBBPF_PIN_BY_NAME);
#else
#define PIN
#endif

#define MAP(name, kind, ...)                       \
	struct {                                   \
		__uint(type, BPF_MAP_TYPE_##kind); \
		PIN __VA_ARGS__                    \
	} name SEC(".maps")

#define U32_MAP(name, kind, entries) \
	MAP(name, kind, __type(key, __u32); __type(value, __u32); __uint(max_entries, entries);)

struct prefix {
	__u32 len;
	__u32 address;
};

struct counter {
#if VERSION == 2
	__u32 bytes;
	__u32 packets;
#else
	__u32 packets;
	__u32 bytes;
#endif
};

U32_MAP(array, ARRAY, 4);
U32_MAP(hash, HASH, 10);
U32_MAP(percpu_array, PERCPU_ARRAY, 4);
U32_MAP(percpu_hash, PERCPU_HASH, 10);
U32_MAP(lru_hash, LRU_HASH, 10);
U32_MAP(lru_percpu_hash, LRU_PERCPU_HASH, 10);
U32_MAP(devmap, DEVMAP, 4);
U32_MAP(devmap_hash, DEVMAP_HASH, 4);
U32_MAP(cpumap, CPUMAP, 1);
U32_MAP(xskmap, XSKMAP, 4);
U32_MAP(sockmap, SOCKMAP, 4);
U32_MAP(sockhash, SOCKHASH, 4);
MAP(counters, HASH, __type(key, __u32); __type(value, struct counter); __uint(max_entries, 10););
MAP(lru_parts, LRU_HASH, __type(key, __u32); __type(value, __u32); __uint(max_entries, 7);
    __uint(map_flags, BPF_F_NO_COMMON_LRU););
MAP(lru_percpu_part, LRU_PERCPU_HASH, __type(key, __u32); __type(value, __u32);
    __uint(max_entries, 7); __uint(map_flags, BPF_F_NO_COMMON_LRU););
MAP(lpm_trie, LPM_TRIE, __type(key, struct prefix); __type(value, __u32); __uint(max_entries, 4);
    __uint(map_flags, BPF_F_NO_PREALLOC););
MAP(queue, QUEUE, __type(value, __u32); __uint(max_entries, 4););
MAP(stack, STACK, __type(value, __u32); __uint(max_entries, 4););
MAP(ringbuf, RINGBUF, __uint(max_entries, 4096););
MAP(events, PERF_EVENT_ARRAY, __uint(key_size, 4); __uint(value_size, 4););

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} first_inner SEC(".maps");

MAP(array_of_maps, ARRAY_OF_MAPS, __uint(key_size, 4); __uint(max_entries, 2);
    __array(values, struct inner);) = { .values = { &first_inner } };
MAP(hash_of_maps, HASH_OF_MAPS, __uint(key_size, 4); __uint(max_entries, 2);
    __array(values, struct inner););

/* Alike as far as the kernel keeps a name, and of one kind. */
U32_MAP(connection_table_v4, HASH, 10);
U32_MAP(connection_table_v6, HASH, 10);

#define USE(map)                                     \
	do {                                         \
		if (bpf_map_lookup_elem(&map, &key)) \
			found++;                     \
	} while (0)

#define USE_SOCKET(map)                                                \
	do {                                                           \
		struct bpf_sock *sk = bpf_map_lookup_elem(&map, &key); \
		if (sk)                                                \
			bpf_sk_release(sk);                            \
	} while (0)

static int use_plain(__u32 key)
{
	int found = 0;

	USE(array);
	USE(hash);
	USE(percpu_array);
	USE(percpu_hash);
	USE(lru_hash);
	USE(lru_percpu_hash);
	USE(counters);
	USE(lru_parts);
	USE(lru_percpu_part);
	USE(array_of_maps);
	USE(hash_of_maps);
	USE(connection_table_v4);
	USE(connection_table_v6);
	return found;
}

static int use_others(struct xdp_md *ctx, __u32 key)
{
	struct prefix prefix = { 32, key };
	int found = 0;
	__u32 value;

	if (bpf_map_lookup_elem(&lpm_trie, &prefix))
		found++;
	USE(devmap);
	USE(devmap_hash);
	USE(xskmap);
	USE_SOCKET(sockmap);
	USE_SOCKET(sockhash);
	bpf_map_peek_elem(&queue, &value);
	bpf_map_peek_elem(&stack, &value);
	bpf_ringbuf_output(&ringbuf, &key, sizeof(key), 0);
	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &key, sizeof(key));
	if (key == 77)
		bpf_redirect_map(&cpumap, 0, 0);
	return found;
}

SEC("xdp")
int maps(struct xdp_md *ctx)
{
	__u32 key = ctx->rx_queue_index;

	return use_plain(key) + use_others(ctx, key) == 4711 ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
