// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Maps of each kind in the kernel, filled, copied with map_copy(), and the copy changed:
 * it held the same, and the original is what it was. Prints what is wrong, or nothing.
 */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "object/map_copy.h"

#define ENTRIES 3

/* struct kind - @value: size of a value for one processor */
struct kind {
	const char *name;
	enum bpf_map_type type;
	__u32 key, value, flags;
	bool all; /* every key is there from the start */
};

static const struct kind kinds[] = {
	{ "array", BPF_MAP_TYPE_ARRAY, 4, 12, 0, true },
	{ "hash", BPF_MAP_TYPE_HASH, 6, 5, 0, false },
	{ "unallocated hash", BPF_MAP_TYPE_HASH, 8, 40, BPF_F_NO_PREALLOC, false },
	{ "lru hash", BPF_MAP_TYPE_LRU_HASH, 4, 8, 0, false },
	{ "lpm trie", BPF_MAP_TYPE_LPM_TRIE, 8, 4, BPF_F_NO_PREALLOC, false },
	{ "per-CPU array", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 12, 0, true },
	{ "per-CPU hash", BPF_MAP_TYPE_PERCPU_HASH, 4, 4, 0, false },
	{ "per-CPU lru hash", BPF_MAP_TYPE_LRU_PERCPU_HASH, 4, 8, 0, false },
	{ "devmap", BPF_MAP_TYPE_DEVMAP, 4, 4, 0, true },
	{ "devmap with programs", BPF_MAP_TYPE_DEVMAP_HASH, 4, 8, 0, false },
	{ "cpumap", BPF_MAP_TYPE_CPUMAP, 4, 4, 0, true },
	{ "array of maps", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 0, true },
	{ "hash of maps", BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 0, false },
	{ "ring buffer", BPF_MAP_TYPE_RINGBUF, 0, 0, 0, false },
};

static bool wrong;

static void __attribute__((format(printf, 2, 3))) say(const struct kind *k, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	printf("%s: ", k->name);
	vprintf(fmt, args);
	printf(" (%s)\n", strerror(errno));
	va_end(args);
	wrong = true;
}

static bool of_maps(const struct kind *k)
{
	return k->type == BPF_MAP_TYPE_ARRAY_OF_MAPS || k->type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

static int make_inner(void)
{
	return bpf_map_create(BPF_MAP_TYPE_ARRAY, "inner", 4, 4, 1, NULL);
}

static int make(const struct kind *k)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = k->flags);
	__u32 entries = k->type == BPF_MAP_TYPE_RINGBUF ? 4096 : ENTRIES;
	int fd;

	if (of_maps(k))
		opts.inner_map_fd = make_inner();
	fd = bpf_map_create(k->type, "original", k->key, k->value, entries, &opts);
	if (of_maps(k))
		close(opts.inner_map_fd);
	return fd;
}

/* What is written for the entry @i; an fd in it stays open until the map has it. */
static int fill_value(const struct kind *k, unsigned int i, unsigned char *value, size_t size)
{
	__u32 word = i + 1, zero = 0;
	int fd = -1;

	memset(value, 0, size);
	switch (k->type) {
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
		word = 1; /* lo */
		memcpy(value, &word, sizeof(word));
		return -1;
	case BPF_MAP_TYPE_CPUMAP:
		word = 64;
		memcpy(value, &word, sizeof(word));
		return -1;
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
		fd = make_inner();
		bpf_map_update_elem(fd, &zero, &word, 0);
		memcpy(value, &fd, sizeof(fd));
		return fd;
	default:
		memset(value, 0x10 + i, size);
		return -1;
	}
}

static void fill_key(const struct kind *k, unsigned int i, unsigned char *key)
{
	__u32 bits = 32;

	memset(key, 0, 16);
	if (k->type == BPF_MAP_TYPE_LPM_TRIE)
		memcpy(key, &bits, sizeof(bits));
	key[k->type == BPF_MAP_TYPE_LPM_TRIE ? 4 : 0] = i;
}

static size_t value_size(const struct kind *k)
{
	bool per_cpu = strstr(k->name, "per-CPU");

	return per_cpu ? (size_t)libbpf_num_possible_cpus() * ((k->value + 7) & ~7U) : k->value;
}

static void fill(const struct kind *k, int map)
{
	unsigned char value[8192], key[16];

	for (unsigned int i = 0; k->key && i < ENTRIES; i++) {
		int fd = fill_value(k, i, value, value_size(k));

		fill_key(k, i, key);
		/* There is one processor for sure. */
		if (bpf_map_update_elem(map, key, value, 0) &&
		    (i == 0 || k->type != BPF_MAP_TYPE_CPUMAP))
			say(k, "entry %u cannot be written", i);
		if (fd >= 0)
			close(fd);
	}
}

static __u32 in_inner(const unsigned char *value)
{
	__u32 id, zero = 0, number = 0;
	int fd;

	memcpy(&id, value, sizeof(id));
	fd = bpf_map_get_fd_by_id(id);
	bpf_map_lookup_elem(fd, &zero, &number);
	close(fd);
	return number;
}

static void compare(const struct kind *k, int from, int to)
{
	unsigned char a[8192], b[8192], key[16];

	for (unsigned int i = 0; k->key && i < ENTRIES; i++) {
		int first, second;

		fill_key(k, i, key);
		first = bpf_map_lookup_elem(from, key, a);
		second = bpf_map_lookup_elem(to, key, b);
		if (first || second) {
			if (first != second || (i == 0 || k->type != BPF_MAP_TYPE_CPUMAP))
				say(k, "entry %u is not there", i);
			continue;
		}
		if (of_maps(k) && (!memcmp(a, b, 4) || in_inner(a) != in_inner(b) || !in_inner(b)))
			say(k, "entry %u is the very map, or another one", i);
		if (!of_maps(k) && memcmp(a, b, value_size(k)))
			say(k, "entry %u differs", i);
	}
}

static void copy(const struct kind *k)
{
	struct map_copies copies = { 0 };
	struct report r = REPORT_INIT;
	const char *why = "";
	int from = make(k), to = make(k);

	if (from < 0 || to < 0)
		say(k, "cannot be made");
	fill(k, from);
	if (map_copy(from, to, &copies, &why, &r))
		say(k, "is not copied: %s%s", why, report_error(&r));
	compare(k, from, to);
	map_copies_close(&copies);
	report_free(&r);
	close(from);
	close(to);
}

/* What the object file puts into the copy is gone if it is gone from the original. */
static void empty(const struct kind *k)
{
	struct map_copies copies = { 0 };
	int from = make(k), to = make(k);
	unsigned char key[16], value[8];
	const char *why = "";

	fill(k, from);
	fill(k, to);
	fill_key(k, 1, key);
	bpf_map_delete_elem(from, key);
	if (map_copy(from, to, &copies, &why, NULL))
		say(k, "is not copied: %s", why);
	if (!bpf_map_lookup_elem(to, key, value))
		say(k, "entry 1 is there, but was deleted");
	fill_key(k, 0, key);
	if (bpf_map_lookup_elem(to, key, value))
		say(k, "entry 0 is not there");
	map_copies_close(&copies);
	close(from);
	close(to);
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	/* It fails for a CPU that is offline. */
	sched_setaffinity(0, sizeof(set), &set);
}

static void fill_on_all(int map, __u32 n)
{
	int cpus = libbpf_num_possible_cpus();
	cpu_set_t before;

	sched_getaffinity(0, sizeof(before), &before);
	for (__u32 key = 0; key < n; key++) {
		__u64 value = key;

		if (key % 64 == 0)
			run_on((int)(key / 64) % cpus);
		bpf_map_update_elem(map, &key, &value, 0);
	}
	sched_setaffinity(0, sizeof(before), &before);
}

/* A full map from which the kernel evicts. */
static void full(const char *name, __u32 flags)
{
	struct kind k = { name, BPF_MAP_TYPE_LRU_HASH, 4, 8, flags, false };
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = flags);
	struct map_copies copies = { 0 };
	__u32 n = 1024, missing = 0, key, *at = NULL;
	const char *why = "";
	__u64 value;
	int from = bpf_map_create(k.type, "original", k.key, k.value, n, &opts), to;

	map_copy_size(k.type, &opts.map_flags, &n);
	to = bpf_map_create(k.type, "copy", k.key, k.value, n, &opts);
	fill_on_all(from, 1024);
	if (map_copy(from, to, &copies, &why, NULL))
		say(&k, "is not copied: %s", why);
	for (; !bpf_map_get_next_key(from, at, &key); at = &key)
		missing += !!bpf_map_lookup_elem(to, &key, &value);
	if (missing || !at)
		say(&k, "%u entries are not there", missing);
	map_copies_close(&copies);
	close(from);
	close(to);
}

/* What cannot be copied says so, unless there is nothing in it. */
static void refuse(void)
{
	const struct kind k = { "queue", BPF_MAP_TYPE_QUEUE, 0, 4, 0, false };
	struct map_copies copies = { 0 };
	const char *why = "";
	int from = make(&k), to = make(&k);
	__u32 value = 1;

	if (map_copy(from, to, &copies, &why, NULL))
		say(&k, "an empty one is refused: %s", why);
	bpf_map_update_elem(from, NULL, &value, 0);
	if (map_copy(from, to, &copies, &why, NULL) != -EOPNOTSUPP || !*why)
		say(&k, "a filled one is not refused");
	map_copies_close(&copies);
	close(from);
	close(to);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		copy(&kinds[i]);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (of_maps(&kinds[i]))
			empty(&kinds[i]);
	full("full lru hash", 0);
	full("full lru hash of each CPU", BPF_F_NO_COMMON_LRU);
	refuse();
	return wrong;
}
