// SPDX-License-Identifier: GPL-2.0-or-later
/* The maps of a trace. */
#include "dispatcher/tracing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel/held.h"
#include "kernel/token.h"

#define RING_NAME    "multi_trace"
#define SCRATCH_NAME "multi_trace_cpu"
#define HOW_NAME     "multi_trace_how"
#define NAMES_NAME   "multi_trace_who"
#define ALIVE_NAME   "multi_tracer"
#define MAX_NAMES    65536

static int refused(int err, struct report *r)
{
	return kobj_map_refused(r, err, "The kernel refused the maps of the trace");
}

/* ---- making ---- */

static int make(enum bpf_map_type type, const char *name, __u32 key, __u32 value, __u32 n,
		struct report *r)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts,
		    .map_flags = type == BPF_MAP_TYPE_HASH ? BPF_F_NO_PREALLOC : 0);
	int fd = bpf_map_create(type, name, key, value, n, &opts);

	return fd >= 0 ? fd : refused(errno, r);
}

static int write_conf(const struct tracing *t, struct report *r)
{
	__u32 key = 0;

	return bpf_map_update_elem(t->how, &key, t->conf, 0) ? refused(errno, r) : 0;
}

static int identify(struct tracing *t, struct report *r)
{
	struct kobj_map info;
	int err = kobj_map_info(t->ring, &info, r);

	t->id = info.id;
	if (!err && t->alive >= 0) {
		err = kobj_map_info(t->alive, &info, r);
		t->conf->tracer = info.id;
	}
	return err;
}

static int make_maps(struct tracing *t, struct report *r)
{
	const __u32 key = sizeof(__u32);

	t->alive = make(BPF_MAP_TYPE_ARRAY, ALIVE_NAME, key, sizeof(__u32), 1, r);
	if (t->alive < 0)
		return t->alive;
	t->ring = make(BPF_MAP_TYPE_RINGBUF, RING_NAME, 0, 0, TRACING_RING_SIZE, r);
	if (t->ring < 0)
		return t->ring;
	t->scratch = make(BPF_MAP_TYPE_PERCPU_ARRAY, SCRATCH_NAME, key, TRACE_SCRATCH_SIZE, 1, r);
	if (t->scratch < 0)
		return t->scratch;
	t->how = make(BPF_MAP_TYPE_ARRAY, HOW_NAME, key, sizeof(*t->conf), 1, r);
	if (t->how < 0)
		return t->how;
	t->names = make(BPF_MAP_TYPE_HASH, NAMES_NAME, key, ENTRY_NAME_SIZE, MAX_NAMES, r);
	return t->names < 0 ? t->names : 0;
}

int tracing_make(struct tracing *t, const struct trace_conf *conf, struct report *r)
{
	int err;

	*t = (struct tracing)TRACING_INIT;
	t->conf = malloc(sizeof(*t->conf));
	if (!t->conf)
		return report_no_memory(r);
	*t->conf = *conf;
	t->conf->version = TRACE_VERSION;
	t->conf->pid = getpid();
	err = make_maps(t, r);
	if (!err)
		err = identify(t, r);
	return err ? err : write_conf(t, r);
}

static void close_one(int fd)
{
	if (fd >= 0)
		close(fd);
}

void tracing_close(struct tracing *t)
{
	close_one(t->ring);
	close_one(t->scratch);
	close_one(t->how);
	close_one(t->names);
	close_one(t->alive);
	free(t->conf);
	*t = (struct tracing)TRACING_INIT;
}

/* ---- opening ---- */

/* Where an open map of the dispatcher belongs, NULL for nowhere. */
static int *place_of(struct tracing *t, const struct kobj_map *map)
{
	if (map->type == BPF_MAP_TYPE_RINGBUF && !strcmp(map->name, RING_NAME))
		return &t->ring;
	if (map->type == BPF_MAP_TYPE_PERCPU_ARRAY && map->value_size == TRACE_SCRATCH_SIZE &&
	    !strcmp(map->name, SCRATCH_NAME))
		return &t->scratch;
	if (map->type == BPF_MAP_TYPE_ARRAY && map->value_size == sizeof(*t->conf) &&
	    !strcmp(map->name, HOW_NAME))
		return &t->how;
	if (map->type == BPF_MAP_TYPE_HASH && map->value_size == ENTRY_NAME_SIZE &&
	    !strcmp(map->name, NAMES_NAME))
		return &t->names;
	return NULL;
}

static int open_map(struct tracing *t, __u32 id, struct report *r)
{
	struct kobj_map map;
	int fd = kobj_map_open(id, r);
	int err = fd < 0 ? fd : kobj_map_info(fd, &map, r);
	int *place = err ? NULL : place_of(t, &map);

	if (place && *place < 0)
		*place = fd;
	else
		close_one(fd);
	return err;
}

/* Every process that can write to the map can write nonsense. */
static bool conf_valid(struct trace_conf *conf)
{
	conf->entry[sizeof(conf->entry) - 1] = '\0';
	return conf->version == TRACE_VERSION && conf->snaplen && conf->sample &&
	       conf->snaplen <= TRACE_SNAP_MAX && conf->sample <= INT32_MAX &&
	       (!conf->n_filter || trace_filter_valid(conf->filter, conf->n_filter));
}

static int read_conf(struct tracing *t, struct report *r)
{
	int err;

	t->conf = malloc(sizeof(*t->conf));
	if (!t->conf)
		return report_no_memory(r);
	err = kobj_map_value(t->how, t->conf, r);
	if (!err && !conf_valid(t->conf))
		err = report_fail(r, STATUS_REFUSED, ENOENT,
				  "The dispatcher's trace settings are not understood");
	return err;
}

int tracing_open(const struct kobj_prog *dispatcher, struct tracing *t, struct report *r)
{
	int err = 0;

	*t = (struct tracing)TRACING_INIT;
	for (unsigned int i = 0; !err && i < dispatcher->n_maps && i < KOBJ_MAX_MAPS; i++)
		err = open_map(t, dispatcher->maps[i], r);
	if (err)
		return err;
	if (t->ring < 0 || t->scratch < 0 || t->how < 0 || t->names < 0)
		return report_fail(r, STATUS_REFUSED, ENOENT,
				   "The dispatcher's trace maps are missing");
	err = identify(t, r);
	return err ? err : read_conf(t, r);
}

bool tracing_is_alive(const struct tracing *t)
{
	struct kobj_map map;
	int fd = kobj_map_open(t->conf->tracer, NULL);
	bool alive = fd != -ENOENT;

	/* The tracer's map has no pin. */
	if (fd == -EPERM && token_has())
		return held_by(t->conf->pid, t->conf->tracer) != 0;
	if (fd >= 0 && !kobj_map_info(fd, &map, NULL))
		alive = !strcmp(map.name, ALIVE_NAME);
	close_one(fd);
	return alive;
}

bool tracing_is_of(const struct tracing *t, const struct kobj_prog *dispatcher)
{
	for (unsigned int i = 0; i < dispatcher->n_maps && i < KOBJ_MAX_MAPS; i++)
		if (dispatcher->maps[i] == t->id)
			return true;
	return false;
}

int tracing_set_format(const struct tracing *t, enum chain_format format, struct report *r)
{
	t->conf->format = format;
	return write_conf(t, r);
}

int tracing_bind(const struct tracing *t, int dispatcher, struct report *r)
{
	const int fds[] = { t->ring, t->scratch, t->how, t->names };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (bpf_prog_bind_map(dispatcher, fds[i], NULL))
			return refused(errno, r);
	return 0;
}

/* ---- names ---- */

/* struct known - a number and what it stands for */
struct known {
	__u32 number;
	char name[ENTRY_NAME_SIZE];
};

/* All that have a number so far, into a list that the caller frees. */
static int read_names(const struct tracing *t, struct known **list, size_t *n, struct report *r)
{
	__u32 number, *at = NULL;

	*list = NULL;
	*n = 0;
	while (!bpf_map_get_next_key(t->names, at, &number)) {
		struct known *more = *n % 64 ? *list : realloc(*list, (*n + 64) * sizeof(*more));

		if (!more)
			return report_no_memory(r);
		*list = more;
		more[*n].number = number;
		at = &number;
		if (bpf_map_lookup_elem(t->names, &number, more[*n].name))
			continue;
		more[*n].name[ENTRY_NAME_SIZE - 1] = '\0';
		++*n;
	}
	return 0;
}

static __u32 find(const struct known *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].name, name))
			return list[i].number;
	return 0;
}

int tracing_number(const struct tracing *t, const struct chain *c, __u32 *numbers, struct report *r)
{
	struct known *list;
	__u32 last = 0;
	size_t n;
	int err = read_names(t, &list, &n, r);

	for (size_t i = 0; i < n; i++)
		last = list[i].number > last ? list[i].number : last;
	for (unsigned int i = 0; !err && i < c->n; i++) {
		numbers[i] = find(list, n, c->entries[i].name);
		if (numbers[i])
			continue;
		numbers[i] = ++last;
		if (bpf_map_update_elem(t->names, &numbers[i], c->entries[i].name, 0))
			err = refused(errno, r);
	}
	free(list);
	return err;
}

void tracing_name(const struct tracing *t, __u32 number, char name[ENTRY_NAME_SIZE])
{
	if (bpf_map_lookup_elem(t->names, &number, name))
		strcpy(name, "?");
	name[ENTRY_NAME_SIZE - 1] = '\0';
}

__u64 tracing_lost(const struct tracing *t)
{
	int cpus = libbpf_num_possible_cpus();
	/* Only the head of each CPU's value is read. */
	const size_t size = TRACE_SCRATCH_SIZE;
	char *values = cpus > 0 ? calloc(cpus, size) : NULL;
	__u64 lost = 0;
	__u32 key = 0;

	if (values && !bpf_map_lookup_elem(t->scratch, &key, values))
		for (int i = 0; i < cpus; i++)
			lost += ((const struct trace_scratch *)(const void *)(values + i * size))
					->lost;
	free(values);
	return lost;
}
