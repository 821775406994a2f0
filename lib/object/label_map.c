// SPDX-License-Identifier: GPL-2.0-or-later
/* Labels that a component program carries itself. */
#include "object/label_map.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>

#include "kernel/kobj.h"
#include "kernel/token.h"

#define SECTION	  ".rodata" /* the prefix that bpftool looks for */
#define PREFIX	  "bpf_metadata_multi_"
#define MAX_VARS  16
#define MAX_VALUE (64 * 1024)

/* The map's value while it is built: one char array per label. */
struct blob {
	struct btf *btf;
	int chars;
	char *data;
	size_t size;
	struct {
		int var;
		size_t offset;
	} vars[MAX_VARS];
	unsigned int n;
};

static int add_variable(const char *key, const char *text, void *arg)
{
	struct blob *b = arg;
	size_t size = strlen(text) + 1;
	char *data = realloc(b->data, b->size + size);
	char name[64];
	int array;

	if (!data || b->n == MAX_VARS)
		return -ENOMEM;
	b->data = data;
	memcpy(b->data + b->size, text, size);
	snprintf(name, sizeof(name), PREFIX "%s", key);
	array = btf__add_array(b->btf, b->chars, b->chars, size);
	b->vars[b->n].var = btf__add_var(b->btf, name, BTF_VAR_STATIC, array);
	b->vars[b->n++].offset = b->size;
	b->size += size;
	return 0;
}

/* The section that holds the variables: its type is the map's value type. */
static int add_section(struct blob *b)
{
	int id = btf__add_datasec(b->btf, SECTION, b->size);

	for (unsigned int i = 0; id > 0 && i < b->n; i++) {
		size_t end = i + 1 < b->n ? b->vars[i + 1].offset : b->size;

		if (btf__add_datasec_var_info(b->btf, b->vars[i].var, b->vars[i].offset,
					      end - b->vars[i].offset))
			return -ENOMEM;
	}
	return id;
}

static int make_map(const struct blob *b, int section)
{
	/* With a section as value type the kernel requires a key without a type. */
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_RDONLY_PROG,
		    .btf_fd = btf__fd(b->btf), .btf_value_type_id = section);
	__u32 key = 0;
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, LABEL_MAP_NAME, sizeof(key), b->size, 1, &opts);

	if (fd < 0)
		return -errno;
	if (bpf_map_update_elem(fd, &key, b->data, 0) || bpf_map_freeze(fd)) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

static int bind_blob(struct blob *b, int prog_fd, const struct entry *e)
{
	int section, map, err;

	b->chars = btf__add_int(b->btf, "char", 1, BTF_INT_CHAR);
	err = label_each(e, add_variable, b);
	if (err)
		return err;
	section = add_section(b);
	if (section < 0)
		return section;
	err = btf__load_into_kernel(b->btf);
	if (err)
		return err;
	map = make_map(b, section);
	if (map < 0)
		return map;
	if (bpf_prog_bind_map(prog_fd, map, NULL))
		err = -errno;
	token_keep(map);
	return err;
}

int label_map_bind(int prog_fd, const struct entry *e, struct report *r)
{
	struct blob b = { .btf = btf__new_empty() };
	int err = b.btf ? bind_blob(&b, prog_fd, e) : -ENOMEM;

	btf__free(b.btf);
	free(b.data);
	if (err)
		return report_fail(r, STATUS_REFUSED, -err,
				   "The kernel refused the map that holds the program's name: %s",
				   strerror(-err));
	return 0;
}

void label_map_renew(int prog_fd, const struct entry *e)
{
	if (!token_has())
		label_map_bind(prog_fd, e, NULL);
}

/* Every text must end inside its array. */
int label_map_decode(const struct btf *btf, __u32 type, const char *data, size_t size,
		     struct labels *l)
{
	const struct btf_type *section = btf__type_by_id(btf, type);
	const struct btf_var_secinfo *info;
	int found = 0;

	if (!section || !btf_is_datasec(section))
		return 0;
	info = btf_var_secinfos(section);
	for (unsigned int i = 0; i < btf_vlen(section); i++) {
		const struct btf_type *var = btf__type_by_id(btf, info[i].type);
		const char *name;

		if (!var || info[i].size > size || info[i].offset > size - info[i].size)
			continue;
		name = btf__name_by_offset(btf, var->name_off);
		if (!name || strncmp(name, PREFIX, strlen(PREFIX)) ||
		    !memchr(data + info[i].offset, '\0', info[i].size))
			continue;
		label_set(l, name + strlen(PREFIX), data + info[i].offset);
		found = 1;
	}
	return found;
}

/* An error that says nothing about the map is one; whatever else cannot be read has no labels. */
static int unread(int err)
{
	return kobj_is_shortage(-err) ? err : 0;
}

/* The labels in an open map: 1, 0 or -errno. */
static int read_labels(int fd, const struct kobj_map *info, struct labels *l)
{
	char *data = calloc(1, info->value_size);
	struct btf *btf = info->btf_id ? btf__load_from_kernel_by_id(info->btf_id) : NULL;
	int found = !data ? -ENOMEM : btf ? 0 : info->btf_id ? unread(-errno) : 0;

	if (data && btf)
		found = unread(kobj_map_value(fd, data, NULL));
	if (data && btf && !found)
		found = label_map_decode(btf, info->btf_value_type, data, info->value_size, l);
	btf__free(btf);
	free(data);
	return found;
}

static bool may_have_labels(const struct kobj_map *info)
{
	return !strcmp(info->name, LABEL_MAP_NAME) && info->type == BPF_MAP_TYPE_ARRAY &&
	       info->max_entries == 1 && info->value_size <= MAX_VALUE;
}

static int read_map(__u32 id, struct labels *l)
{
	struct kobj_map info;
	int fd = kobj_map_open(id, NULL);
	int err = fd < 0 ? fd : kobj_map_info(fd, &info, NULL);
	int found = err ? unread(err) : 0;

	if (!err && may_have_labels(&info))
		found = read_labels(fd, &info, l);
	if (fd >= 0)
		close(fd);
	return found;
}

int label_map_read(const __u32 *maps, unsigned int n, struct labels *l, struct report *r)
{
	int found = 0;

	/* The last map was bound last. */
	for (unsigned int i = n < KOBJ_MAX_MAPS ? n : KOBJ_MAX_MAPS; !found && i; i--)
		found = read_map(maps[i - 1], l);
	if (found >= 0)
		return found;
	return report_fail(r, STATUS_NOT_TRIED, -found, "Cannot read the labels of a program: %s",
			   strerror(-found));
}
