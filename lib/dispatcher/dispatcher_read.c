// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a dispatcher back from the kernel. */
#include "dispatcher/dispatcher.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <linux/bpf.h>

#include "dispatcher/dispatcher_btf.h"

#define MAX_CONFIG (64 * 1024) /* libxdp's with thousands of slots */

/* The config map is the read-only one; a dispatcher with tail calls has the map
 * of those too. */
static int find_config(const struct kobj_prog *prog, struct kobj_map *info, struct report *r)
{
	for (unsigned int i = 0; i < prog->n_maps && i < KOBJ_MAX_MAPS; i++) {
		int fd = kobj_map_open(prog->maps[i], r);
		int err = fd < 0 ? fd : kobj_map_info(fd, info, r);

		if (!err && info->type == BPF_MAP_TYPE_ARRAY && info->max_entries == 1 &&
		    info->key_size == sizeof(__u32) && info->flags & BPF_F_RDONLY_PROG)
			return fd;
		if (fd >= 0)
			close(fd);
		if (err)
			return err;
	}
	return report_fail(
		r, STATUS_REFUSED, EINVAL,
		"The dispatcher has no config map: none of its maps is a read-only array of one value");
}

/* Into @value, which the caller frees in any case. */
static int read_config(const struct kobj_prog *prog, void **value, size_t *size, struct report *r)
{
	struct kobj_map info;
	int fd = find_config(prog, &info, r);
	int err;

	*value = NULL;
	if (fd < 0)
		return fd;
	if (info.value_size > MAX_CONFIG) {
		close(fd);
		return report_fail(r, STATUS_REFUSED, E2BIG,
				   "The dispatcher's config map is not understood: it has %u bytes",
				   info.value_size);
	}
	*size = info.value_size;
	*value = calloc(1, info.value_size);
	err = *value ? kobj_map_value(fd, *value, r) : report_no_memory(r);
	close(fd);
	return err;
}

static bool is_dispatcher(const struct kobj_prog *info)
{
	return info->type == BPF_PROG_TYPE_XDP && info->btf_id &&
	       !strcmp(info->name, XDP_DISPATCHER_NAME) && info->n_maps;
}

/* The config map says how many entries there are. */
static void init(struct dispatcher_view *v)
{
	memset(v, 0, offsetof(struct dispatcher_view, chain));
	chain_init(&v->chain);
}

struct dispatcher_view *dispatcher_view_new(void)
{
	struct dispatcher_view *v = malloc(sizeof(*v));

	if (v)
		init(v);
	return v;
}

int dispatcher_netns(const struct kobj_prog *info, __u64 *netns)
{
	struct btf *btf;

	*netns = 0;
	if (!is_dispatcher(info))
		return 0;
	btf = btf__load_from_kernel_by_id(info->btf_id);
	if (!btf)
		return -errno;
	if (format_of(dispatcher_btf_version(btf)))
		*netns = dispatcher_btf_netns(btf);
	btf__free(btf);
	return 0;
}

int dispatcher_read(const struct kobj_prog *info, struct dispatcher_view *v, struct report *r)
{
	void *config;
	size_t size = 0;
	int err;

	init(v);
	if (!is_dispatcher(info))
		return 0;
	v->btf = btf__load_from_kernel_by_id(info->btf_id);
	if (!v->btf)
		return report_fail(r, STATUS_NOT_TRIED, errno,
				   "Cannot read the BTF of program %u: %s", info->id,
				   strerror(errno));
	err = read_config(info, &config, &size, r);
	if (!err)
		err = format_decode(config, size, dispatcher_btf_version(v->btf), &v->chain,
				    &v->conf, r);
	if (!err)
		dispatcher_btf_read(v->btf, v);
	free(config);
	return err ? err : 1;
}

void dispatcher_view_close(struct dispatcher_view *v)
{
	btf__free(v->btf);
	v->btf = NULL;
}

void dispatcher_labels(const struct dispatcher_view *v, unsigned int slot, struct labels *l)
{
	dispatcher_btf_labels(v->btf, v, slot, l);
}

int dispatcher_slot_of(const struct dispatcher_view *v, __u32 func)
{
	if (v->chain.n == 1 && func && func == v->func[0])
		return 0;
	for (unsigned int i = 0; i < v->chain.n; i++)
		if (func && func == v->func[1 + i])
			return i;
	return -1;
}
