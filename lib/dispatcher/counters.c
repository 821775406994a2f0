// SPDX-License-Identifier: GPL-2.0-or-later
/* The counters of a dispatcher. */
#include "dispatcher/counters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#define COUNTS_NAME  "multi_counters"
#define OFFSETS_NAME "multi_offsets"
#define VALUE_SIZE   (COUNTS_ROWS * sizeof(struct counts))
#define N_NUMBERS    (VALUE_SIZE / sizeof(__u64))

static int make(enum bpf_map_type type, const char *name, struct report *r)
{
	int fd = bpf_map_create(type, name, sizeof(__u32), VALUE_SIZE, 1, NULL);

	return fd >= 0 ? fd : kobj_map_refused(r, errno, "The kernel refused the counters");
}

int counters_make(struct counters *k, struct report *r)
{
	*k = (struct counters)COUNTERS_INIT;
	k->counts = make(BPF_MAP_TYPE_PERCPU_ARRAY, COUNTS_NAME, r);
	if (k->counts < 0)
		return k->counts;
	k->offsets = make(BPF_MAP_TYPE_ARRAY, OFFSETS_NAME, r);
	return k->offsets < 0 ? k->offsets : 0;
}

void counters_close(struct counters *k)
{
	if (k->counts >= 0)
		close(k->counts);
	if (k->offsets >= 0)
		close(k->offsets);
	*k = (struct counters)COUNTERS_INIT;
}

/* Where an open map of the dispatcher belongs, NULL for nowhere. */
static int *place_of(struct counters *k, const struct kobj_map *map)
{
	if (map->value_size != VALUE_SIZE || map->max_entries != 1)
		return NULL;
	if (map->type == BPF_MAP_TYPE_PERCPU_ARRAY && k->counts < 0 &&
	    !strcmp(map->name, COUNTS_NAME))
		return &k->counts;
	if (map->type == BPF_MAP_TYPE_ARRAY && k->offsets < 0 && !strcmp(map->name, OFFSETS_NAME))
		return &k->offsets;
	return NULL;
}

int counters_open(const struct kobj_prog *dispatcher, struct counters *k, struct report *r)
{
	*k = (struct counters)COUNTERS_INIT;
	for (unsigned int i = 0; i < dispatcher->n_maps && i < KOBJ_MAX_MAPS; i++) {
		struct kobj_map map;
		int fd = kobj_map_open(dispatcher->maps[i], r);
		int err = fd < 0 ? fd : kobj_map_info(fd, &map, r);
		int *place = err ? NULL : place_of(k, &map);

		if (place)
			*place = fd;
		else if (fd >= 0)
			close(fd);
		if (err)
			return err;
	}
	if (k->counts >= 0 && k->offsets >= 0)
		return 0;
	return report_fail(r, STATUS_REFUSED, ENOENT, "The dispatcher's counters are missing");
}

int counters_bind(const struct counters *k, int dispatcher, struct report *r)
{
	/* The program uses the other map, which keeps it. */
	if (!bpf_prog_bind_map(dispatcher, k->offsets, NULL))
		return 0;
	return report_fail(r, STATUS_REFUSED, errno, "The kernel refused the counters: %s",
			   strerror(errno));
}

static int cannot_read(int err, struct report *r)
{
	return report_fail(r, STATUS_NOT_TRIED, err, "Cannot read the counters: %s", strerror(err));
}

/* The sums of what each CPU has, without the offsets. */
static int read_sums(const struct counters *k, struct counts *rows, struct report *r)
{
	int cpus = libbpf_num_possible_cpus();
	__u64 *sums = (__u64 *)rows;
	__u64 *values;
	__u32 key = 0;
	int err = 0;

	if (cpus < 0)
		return cannot_read(-cpus, r);
	values = calloc(cpus, VALUE_SIZE);
	if (!values)
		return report_no_memory(r);
	if (bpf_map_lookup_elem(k->counts, &key, values))
		err = cannot_read(errno, r);
	memset(rows, 0, VALUE_SIZE);
	for (size_t i = 0; !err && i < cpus * N_NUMBERS; i++)
		sums[i % N_NUMBERS] += values[i];
	free(values);
	return err;
}

static int read_offsets(const struct counters *k, struct counts *offsets, struct report *r)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(k->offsets, &key, offsets) ? cannot_read(errno, r) : 0;
}

/* One row is added to another, number by number. */
static void add(struct counts *to, const struct counts *from, int sign)
{
	for (unsigned int v = 0; v <= VERDICT_OTHER; v++)
		to->verdicts[v] += sign * from->verdicts[v];
	to->bytes += sign * from->bytes;
}

int counters_read(const struct counters *k, struct counts *rows, struct report *r)
{
	struct counts *offsets = malloc(VALUE_SIZE);
	int err = offsets ? read_offsets(k, offsets, r) : report_no_memory(r);

	if (!err)
		err = read_sums(k, rows, r);
	for (unsigned int i = 0; !err && i < COUNTS_ROWS; i++)
		add(&rows[i], &offsets[i], 1);
	free(offsets);
	return err;
}

static int write_offsets(const struct counters *k, const struct counts *offsets, struct report *r)
{
	__u32 key = 0;

	if (!bpf_map_update_elem(k->offsets, &key, offsets, 0))
		return 0;
	return report_fail(r, STATUS_REFUSED, errno, "Cannot write the counters: %s",
			   strerror(errno));
}

int counters_restart(const struct counters *k, const struct counts *from, const bool *which,
		     struct report *r)
{
	struct counts *offsets = malloc(VALUE_SIZE), *sums = malloc(VALUE_SIZE);
	int err = offsets && sums ? read_offsets(k, offsets, r) : report_no_memory(r);

	if (!err)
		err = read_sums(k, sums, r);
	for (unsigned int i = 0; !err && i < COUNTS_ROWS; i++) {
		if (!which[i])
			continue;
		offsets[i] = from[i];
		add(&offsets[i], &sums[i], -1);
	}
	if (!err)
		err = write_offsets(k, offsets, r);
	free(offsets);
	free(sums);
	return err;
}
