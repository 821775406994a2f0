// SPDX-License-Identifier: GPL-2.0-or-later
/* Copies of maps in the kernel. */
#include "object/map_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "kernel/kobj.h"

/* ---- existing maps ---- */

static bool add_id(struct map_ids *m, __u32 id)
{
	__u32 *ids = m->n % 64 ? m->ids : realloc(m->ids, (m->n + 64) * sizeof(*ids));

	if (!ids)
		return false;
	m->ids = ids;
	m->ids[m->n++] = id;
	return true;
}

void map_ids_read(struct map_ids *m)
{
	__u32 id = 0;

	*m = (struct map_ids){ 0 };
	while (!bpf_map_get_next_id(id, &id))
		if (!add_id(m, id))
			return;
	m->known = errno == ENOENT;
}

void map_ids_close(struct map_ids *m)
{
	free(m->ids);
	*m = (struct map_ids){ 0 };
}

static bool is_new(const struct map_ids *before, __u32 id)
{
	if (!before || !before->known)
		return false;
	for (unsigned int i = 0; i < before->n; i++)
		if (before->ids[i] == id)
			return false;
	return true;
}

/* ---- registry of copies ---- */

int map_copies_find(const struct map_copies *c, __u32 id)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (c->ids[i] == id)
			return c->fds[i];
	return -1;
}

static int grow(struct map_copies *c, struct report *r)
{
	__u32 *ids = realloc(c->ids, (c->n + 1) * sizeof(*ids));
	int *fds;

	if (!ids)
		return report_no_memory(r);
	c->ids = ids;
	fds = realloc(c->fds, (c->n + 1) * sizeof(*fds));
	if (!fds)
		return report_no_memory(r);
	c->fds = fds;
	return 0;
}

int map_copies_add(struct map_copies *c, __u32 id, int fd, struct report *r)
{
	int own, err = grow(c, r);

	if (err)
		return err;
	own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (own < 0)
		return report_fail(r, STATUS_REFUSED, errno, "Cannot keep a map open: %s",
				   strerror(errno));
	c->ids[c->n] = id;
	c->fds[c->n++] = own;
	return 0;
}

void map_copies_close(struct map_copies *c)
{
	while (c->n)
		close(c->fds[--c->n]);
	free(c->ids);
	free(c->fds);
	*c = (struct map_copies){ 0 };
}

/* ---- size of a copy ---- */

/* The kernel keeps as many elements free, and once more on each CPU. */
#define LRU_FREE 128

void map_copy_size(__u32 type, __u32 *flags, __u32 *entries)
{
	int cpus = libbpf_num_possible_cpus();
	__u32 more = LRU_FREE * (1 + (cpus > 0 ? cpus : 1));

	if (type != BPF_MAP_TYPE_LRU_HASH && type != BPF_MAP_TYPE_LRU_PERCPU_HASH)
		return;
	*flags &= ~BPF_F_NO_COMMON_LRU;
	if (*entries < UINT32_MAX / 2 - more)
		*entries += more;
}

/* ---- contents of a map ---- */

/*
 * struct copying - the copy of one map to another
 * @size: size of a value for system calls, which covers all processors at once
 * @why: see map_copy()
 */
struct copying {
	int from, to;
	struct kobj_map info;
	size_t size;
	struct map_copies *copies;
	const char **why;
	struct report *r;
};

static int cannot(struct copying *c, const char *why)
{
	*c->why = why;
	return -EOPNOTSUPP;
}

static int failed(struct copying *c, int err)
{
	if (err == EPERM || err == EOPNOTSUPP || err == ENOTSUP)
		return cannot(c, "user space cannot read or write it");
	return report_fail(c->r, STATUS_NOT_TRIED, err, "Cannot copy map \"%s\": %s", c->info.name,
			   strerror(err));
}

static bool is_per_cpu(__u32 type)
{
	return type == BPF_MAP_TYPE_PERCPU_ARRAY || type == BPF_MAP_TYPE_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

static size_t size_of_value(const struct kobj_map *info)
{
	int cpus = libbpf_num_possible_cpus();

	if (!is_per_cpu(info->type))
		return info->value_size;
	return (size_t)(cpus > 0 ? cpus : 1) * ((info->value_size + 7) & ~7U);
}

static int copy_map(struct copying *c);

/* An inner map must have the flags of the others, but a hash may have more room. */
static __u32 inner_entries(const struct kobj_map *info)
{
	__u32 flags = info->flags, entries = info->max_entries;

	map_copy_size(info->type, &flags, &entries);
	return entries;
}

/* Make a copy of the map with this id; the registry owns the returned fd. */
static int copy_inner(struct copying *c, __u32 id)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	struct copying inner = { .copies = c->copies, .why = c->why, .r = c->r };
	const struct kobj_map *info = &inner.info;
	int err, there = map_copies_find(c->copies, id);

	if (there >= 0)
		return there;
	inner.from = kobj_map_open(id, c->r);
	if (inner.from < 0)
		return inner.from;
	inner.to = -1;
	err = kobj_map_info(inner.from, &inner.info, c->r);
	opts.map_flags = info->flags;
	opts.map_extra = info->extra;
	opts.btf_fd = info->btf_id ? bpf_btf_get_fd_by_id(info->btf_id) : 0;
	opts.btf_key_type_id = info->btf_key_type;
	opts.btf_value_type_id = info->btf_value_type;
	if (!err)
		inner.to = bpf_map_create(info->type, info->name, info->key_size, info->value_size,
					  inner_entries(info), &opts);
	if (!err && inner.to < 0)
		err = cannot(c, "one of its inner maps cannot be created");
	if (!err)
		err = copy_map(&inner);
	if (!err)
		err = map_copies_add(c->copies, id, inner.to, c->r);
	if (info->btf_id && (int)opts.btf_fd >= 0)
		close(opts.btf_fd);
	if (inner.to >= 0)
		close(inner.to);
	close(inner.from);
	return err ? err : map_copies_find(c->copies, id);
}

/* The kernel returns an id on read and expects an fd on write. */
static int put_program(struct copying *c, const void *key, __u32 *value)
{
	int fd = value[1] ? kobj_prog_open(value[1], c->r) : -1;
	int err = 0;

	if (value[1] && fd < 0)
		return fd;
	value[1] = fd < 0 ? 0 : fd;
	if (bpf_map_update_elem(c->to, key, value, 0))
		err = failed(c, errno);
	if (fd >= 0)
		close(fd);
	return err;
}

static int put(struct copying *c, const void *key, void *value)
{
	__u32 *words = value;
	int fd;

	switch (c->info.type) {
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
		/* An element without a device reads as zeros, which cannot be written. */
		if (!words[0])
			return 0;
		if (c->size == 2 * sizeof(*words))
			return put_program(c, key, words);
		break;
	case BPF_MAP_TYPE_CPUMAP:
		if (!words[0])
			return 0;
		if (c->size == 2 * sizeof(*words))
			return put_program(c, key, words);
		break;
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
		fd = copy_inner(c, words[0]);
		if (fd < 0)
			return fd;
		words[0] = fd;
		break;
	}
	if (!bpf_map_update_elem(c->to, key, value, 0))
		return 0;
	/* Elements added since the walk began may exceed the room. */
	return errno == E2BIG ? 0 : failed(c, errno);
}

/* If somebody deletes the current key, the walk restarts from the beginning. */
static int copy_keys(struct copying *c, void *key, void *next, void *value)
{
	unsigned long long left = 4ULL * c->info.max_entries + 1024;
	void *at = NULL;
	int err = 0;

	while (!err && !bpf_map_get_next_key(c->from, at, next)) {
		if (!left--)
			return report_fail(c->r, STATUS_RETRY, EAGAIN,
					   "Map \"%s\" changes too fast to be copied",
					   c->info.name);
		memcpy(key, next, c->info.key_size);
		at = key;
		if (!bpf_map_lookup_elem(c->from, key, value))
			err = put(c, key, value);
		else if (errno != ENOENT)
			err = failed(c, errno);
	}
	return err || errno == ENOENT ? err : failed(c, errno);
}

/* libbpf puts the inner maps there that the object file declares. */
static void remove_inner(const struct copying *c, char *key)
{
	void *at = NULL;

	if (c->info.type == BPF_MAP_TYPE_HASH_OF_MAPS)
		while (!bpf_map_get_next_key(c->to, NULL, key))
			if (bpf_map_delete_elem(c->to, key))
				break;
	if (c->info.type == BPF_MAP_TYPE_ARRAY_OF_MAPS)
		for (; !bpf_map_get_next_key(c->to, at, key); at = key)
			bpf_map_delete_elem(c->to, key);
}

static int copy_entries(struct copying *c)
{
	size_t key_size = c->info.key_size;
	char *memory;
	int err;

	c->size = size_of_value(&c->info);
	key_size = (key_size + 7) & ~(size_t)7;
	memory = calloc(1, 2 * key_size + c->size + 8);
	if (!memory)
		return report_no_memory(c->r);
	remove_inner(c, memory);
	err = copy_keys(c, memory, memory + key_size, memory + 2 * key_size);
	free(memory);
	return err;
}

/* For these maps the kernel tells only whether they are empty. */
static int copy_nothing(struct copying *c, bool empty)
{
	return empty || is_new(c->copies->before, c->info.id)
		       ? 0
		       : cannot(c, "the contents of a map of this type cannot be copied");
}

static bool is_queue_empty(const struct copying *c)
{
	char *value = malloc(c->info.value_size + 8);
	bool empty = value && bpf_map_lookup_elem(c->from, NULL, value) && errno == ENOENT;

	free(value);
	return empty;
}

static bool is_hash_empty(const struct copying *c)
{
	char *key = malloc(c->info.key_size + 8);
	bool empty = key && bpf_map_get_next_key(c->from, NULL, key) && errno == ENOENT;

	free(key);
	return empty;
}

static int copy_map(struct copying *c)
{
	switch (c->info.type) {
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LPM_TRIE:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
	case BPF_MAP_TYPE_CPUMAP:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
		return copy_entries(c);
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_RINGBUF:
		return 0;
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
		return copy_nothing(c, is_queue_empty(c));
	case BPF_MAP_TYPE_SOCKHASH:
		return copy_nothing(c, is_hash_empty(c));
	default:
		return copy_nothing(c, false);
	}
}

int map_copy(int from, int to, struct map_copies *copies, const char **why, struct report *r)
{
	struct copying c = { .from = from, .to = to, .copies = copies, .why = why, .r = r };
	int err = kobj_map_info(from, &c.info, r);

	return err ? err : copy_map(&c);
}
