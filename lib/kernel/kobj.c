// SPDX-License-Identifier: GPL-2.0-or-later
/* BPF objects that are already in the kernel. */
#include "kernel/kobj.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "kernel/caps.h"
#include "kernel/held.h"
#include "kernel/token.h"
#include "model/shortage.h"

#define SPARE_DESCRIPTORS  32
#define PLENTY_DESCRIPTORS 512

void kobj_init(struct kobj_process *was)
{
	struct rlimit limit;

	was->print = (void (*)(void))libbpf_set_print(NULL);
	was->had_token = token_has();
	was->files = 0;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	was->files = limit.rlim_cur;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

void kobj_done(const struct kobj_process *was)
{
	struct rlimit limit;

	if (!was->had_token)
		token_close();
	libbpf_set_print((libbpf_print_fn_t)was->print);
	if (!was->files || getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = was->files;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int open_spare(int *fds)
{
	int n, err = 0;

	for (n = 0; n < SPARE_DESCRIPTORS && !err; n++) {
		fds[n] = open("/", O_PATH | O_CLOEXEC);
		if (fds[n] < 0)
			err = errno;
	}
	while (n-- > 0)
		if (fds[n] >= 0)
			close(fds[n]);
	return err;
}

/* A new descriptor gets the lowest free number.  Usually all higher numbers are free too. */
static bool has_plenty(void)
{
	struct rlimit limit;
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return false;
	close(fd);
	return !getrlimit(RLIMIT_NOFILE, &limit) &&
	       (rlim_t)fd + PLENTY_DESCRIPTORS < limit.rlim_cur;
}

int kobj_check_descriptors(struct report *r)
{
	int fds[SPARE_DESCRIPTORS];
	int err = has_plenty() ? 0 : open_spare(fds);

	return err ? report_fail(r, STATUS_NOT_TRIED, err, "Cannot open another %d files: %s",
				 SPARE_DESCRIPTORS, strerror(err))
		   : 0;
}

bool kobj_is_shortage(int err)
{
	return is_shortage(err);
}

static int cannot(struct report *r, int err, const char *what, __u32 id)
{
	char lacking[CAPS_TEXT_SIZE];

	if (err == EPERM && token_has())
		return report_fail(
			r, STATUS_NOT_TRIED, err,
			"Cannot open %s %u: it is not pinned in a chain here, and a BPF token opens nothing else: run the command on the host",
			what, id);
	if (err == EPERM && caps_lacking(CAPS_BY_ID, lacking))
		return report_fail(r, STATUS_NOT_TRIED, err, "Cannot open %s %u: requires %s", what,
				   id, lacking);
	return report_fail(r, STATUS_REFUSED, err, "Cannot open %s %u: %s", what, id,
			   strerror(err));
}

static int cannot_list_links(struct report *r, int err)
{
	char lacking[CAPS_TEXT_SIZE];

	if (err == EPERM && caps_lacking(CAPS_BY_ID, lacking))
		return report_fail(r, STATUS_NOT_TRIED, err, "Cannot list BPF links: requires %s",
				   lacking);
	return report_fail(r, STATUS_REFUSED, err, "Cannot list BPF links: %s", strerror(err));
}

/* Fd or -errno. */
static int by_id(enum held_kind kind, __u32 id)
{
	int fd = -1;

	if (token_has())
		return held_open(kind, id);
	switch (kind) {
	case HELD_PROG:
		fd = bpf_prog_get_fd_by_id(id);
		break;
	case HELD_MAP:
		fd = bpf_map_get_fd_by_id(id);
		break;
	case HELD_LINK:
		fd = bpf_link_get_fd_by_id(id);
		break;
	}
	return fd < 0 ? -errno : fd;
}

int kobj_prog_open(__u32 id, struct report *r)
{
	int fd = by_id(HELD_PROG, id);

	return fd >= 0 ? fd : cannot(r, -fd, "program", id);
}

int kobj_map_open(__u32 id, struct report *r)
{
	int fd = by_id(HELD_MAP, id);

	return fd >= 0 ? fd : cannot(r, -fd, "map", id);
}

int kobj_link_open(__u32 id)
{
	return by_id(HELD_LINK, id);
}

static int no_info(struct report *r, const char *what)
{
	int err = errno;

	return report_fail(r, STATUS_REFUSED, err,
			   "Cannot read the kernel's description of a %s: %s", what, strerror(err));
}

int kobj_prog_info(int fd, struct kobj_prog *out, struct report *r)
{
	struct bpf_func_info func = { 0 };
	struct bpf_prog_info info = {
		.map_ids = (unsigned long)out->maps,
		.nr_map_ids = KOBJ_MAX_MAPS,
		.func_info = (unsigned long)&func,
		.func_info_rec_size = sizeof(func),
		.nr_func_info = 1,
	};
	__u32 len = sizeof(info);

	memset(out, 0, sizeof(*out));
	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return no_info(r, "program");
	out->id = info.id;
	out->type = info.type;
	memcpy(out->name, info.name, sizeof(out->name) - 1);
	memcpy(out->tag, info.tag, sizeof(out->tag));
	out->btf_id = info.btf_id;
	out->n_maps = info.nr_map_ids;
	out->load_time = info.load_time;
	out->uid = info.created_by_uid;
	out->main_func = func.type_id;
	out->compiled = info.jited_prog_len != 0;
	return 0;
}

int kobj_map_info(int fd, struct kobj_map *out, struct report *r)
{
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof(info);

	memset(out, 0, sizeof(*out));
	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return no_info(r, "map");
	out->id = info.id;
	out->type = info.type;
	memcpy(out->name, info.name, sizeof(out->name) - 1);
	out->key_size = info.key_size;
	out->value_size = info.value_size;
	out->max_entries = info.max_entries;
	out->flags = info.map_flags;
	out->extra = info.map_extra;
	out->btf_id = info.btf_id;
	out->btf_key_type = info.btf_key_type_id;
	out->btf_value_type = info.btf_value_type_id;
	return 0;
}

int kobj_link_info(int fd, struct kobj_link *out, struct report *r)
{
	struct bpf_link_info info = { 0 };
	__u32 len = sizeof(info);

	memset(out, 0, sizeof(*out));
	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return no_info(r, "link");
	out->id = info.id;
	out->prog = info.prog_id;
	if (info.type == BPF_LINK_TYPE_XDP) {
		out->is_xdp = true;
		out->ifindex = info.xdp.ifindex;
	} else if (info.type == BPF_LINK_TYPE_TRACING) {
		out->is_tracing = true;
		out->target = info.tracing.target_obj_id;
		out->target_func = info.tracing.target_btf_id;
	}
	return 0;
}

const char *kobj_map_type(__u32 type)
{
	const char *name = libbpf_bpf_map_type_str(type);

	return name ? name : "unknown";
}

int kobj_map_value(int fd, void *value, struct report *r)
{
	__u32 key = 0;

	if (bpf_map_lookup_elem(fd, &key, value))
		return report_fail(r, STATUS_REFUSED, errno, "Cannot read a map: %s",
				   strerror(errno));
	return 0;
}

int kobj_map_refused(struct report *r, int err, const char *what)
{
	if (err == EPERM && *token_denied())
		return report_fail(r, STATUS_NOT_TRIED, err,
				   "%s: the bpffs is mounted without \"%s\"", what, token_denied());
	return report_fail(r, STATUS_REFUSED, err, "%s: %s", what, strerror(err));
}

int kobj_record_make(const char *name, const void *value, __u32 size, struct report *r)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_RDONLY_PROG);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, name, sizeof(__u32), size, 1, &opts);
	__u32 key = 0;
	int err;

	if (fd >= 0 && !bpf_map_update_elem(fd, &key, value, BPF_ANY) && !bpf_map_freeze(fd))
		return fd;
	err = errno;
	if (fd >= 0)
		close(fd);
	return kobj_map_refused(r, err, "The kernel refused a map");
}

/* struct each - a walk over links: what is called for each */
struct each {
	int (*fn)(const struct kobj_link *link, int fd, void *arg);
	void *arg;
	struct report *r;
};

/* Some kinds of links do not describe themselves. */
static int tell(int fd, void *arg)
{
	const struct each *e = arg;
	struct kobj_link link;
	int err = kobj_link_info(fd, &link, NULL);

	if (!err)
		return e->fn(&link, fd, e->arg);
	return kobj_is_shortage(-err) ? cannot_list_links(e->r, -err) : 0;
}

static int each_by_id(struct each *e, struct report *r)
{
	__u32 id = 0;
	int err = 0;

	while (!err) {
		int fd;

		if (bpf_link_get_next_id(id, &id)) {
			if (errno == ENOENT)
				break;
			return cannot_list_links(r, errno);
		}
		fd = bpf_link_get_fd_by_id(id);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			return cannot(r, errno, "link", id);
		err = tell(fd, e);
		close(fd);
	}
	return err;
}

int kobj_each_link(int (*fn)(const struct kobj_link *link, int fd, void *arg), void *arg,
		   struct report *r)
{
	struct each e = { .fn = fn, .arg = arg, .r = r };

	return token_has() ? held_each_link(tell, &e, r) : each_by_id(&e, r);
}

int kobj_func_name(const struct kobj_prog *info, const char *known, char *buf, size_t size,
		   struct report *r)
{
	const struct btf_type *type = NULL;
	const char *name = NULL;
	struct btf *btf = NULL;

	if (known && *info->name && !strncmp(known, info->name, sizeof(info->name) - 1)) {
		snprintf(buf, size, "%s", known);
		return 0;
	}
	if (info->btf_id && info->main_func) {
		btf = btf__load_from_kernel_by_id(info->btf_id);
		if (!btf && kobj_is_shortage(errno))
			return report_fail(r, STATUS_NOT_TRIED, errno,
					   "Cannot read the name of program %u: %s", info->id,
					   strerror(errno));
	}
	if (btf)
		type = btf__type_by_id(btf, info->main_func);
	if (type && btf_is_func(type))
		name = btf__name_by_offset(btf, type->name_off);
	snprintf(buf, size, "%s", name && *name ? name : info->name);
	btf__free(btf);
	return 0;
}
