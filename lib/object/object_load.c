// SPDX-License-Identifier: GPL-2.0-or-later
/* Component programs: load an opened program, or adopt a loaded one. */
#include "object/object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "dispatcher/tailcalls.h"
#include "kernel/kobj.h"
#include "object/choose.h"
#include "object/label_map.h"
#include "object/object_internal.h"
#include "dispatcher/probe.h"
#include "kernel/store.h"

/*
 * libbpf finds the function that an extension replaces by its name, in BTF that
 * it opens by id, which needs CAP_SYS_ADMIN.  We already know the function.  So the
 * chosen program's section gets an unknown name, and libbpf calls the handler for
 * such sections.  A handler is process-wide, so we register it only while an object
 * is opened or loaded.
 */
static _Thread_local const struct template *loaded_against;

static int set_target(struct bpf_program *p, struct bpf_prog_load_opts *opts, long cookie)
{
	(void)cookie;
	if (bpf_program__type(p) != BPF_PROG_TYPE_EXT || !loaded_against)
		return 0;
	opts->attach_prog_fd = loaded_against->fd;
	opts->attach_btf_id = loaded_against->func;
	return 0;
}

int object_handle_section(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = set_target);

	return libbpf_register_prog_handler(NULL, BPF_PROG_TYPE_EXT, 0, &opts);
}

void object_leave_section(int handler)
{
	if (handler > 0)
		libbpf_unregister_prog_handler(handler);
}

static const char *section_of(const struct object *o, const struct bpf_program *p)
{
	const char *name = bpf_program__section_name(p);

	return strcmp(name, OBJECT_SECTION) ? name : o->program.origin.section;
}

/* Programs for device or CPU maps are loaded with their own attach type. */
static enum bpf_attach_type attach_type(const char *section, enum bpf_attach_type xdp)
{
	if (strstr(section, "/devmap") || strstr(section, "_devmap/"))
		return BPF_XDP_DEVMAP;
	if (strstr(section, "/cpumap") || strstr(section, "_cpumap/"))
		return BPF_XDP_CPUMAP;
	return xdp;
}

static int prepare_program(const struct object *o, struct bpf_program *p, enum bpf_attach_type type)
{
	const char *section = section_of(o, p);
	int err = bpf_program__set_autoload(p, true);

	if (err || (p != o->prog && !choose_is_xdp(section)))
		return err;
	if (p != o->prog)
		err = bpf_program__set_type(p, BPF_PROG_TYPE_XDP);
	if (!err)
		err = bpf_program__set_expected_attach_type(
			p, p == o->prog ? type : attach_type(section, type));
	return err ? err : bpf_program__set_flags(p, o->program.frags ? XDP_DISPATCHER_F_FRAGS : 0);
}

/*
 * Only the chosen program and the programs that it can tail-call are left in the
 * object.  They are loaded one by one.  Newer kernels require that programs which an
 * extension tail-calls have no attach type.
 */
static int prepare_programs(struct object *o, enum bpf_attach_type type)
{
	struct bpf_program *p;
	int err = 0;

	bpf_object__for_each_program(p, o->obj)
	{
		if (!err)
			err = prepare_program(o, p, type);
	}
	return err;
}

/* The host program handles such sections itself. */
static int set_attach_target(struct object *o, const struct template *t)
{
	int err = bpf_program__set_type(o->prog, BPF_PROG_TYPE_EXT);

	return err ? err : bpf_program__set_attach_target(o->prog, t->fd, TEMPLATE_NAME);
}

static int load_against(struct object *o, const struct template *t)
{
	int handler = object_handle_section();
	int err = prepare_programs(o, 0);

	loaded_against = t;
	if (!err && (handler < 0 || bpf_program__type(o->prog) != BPF_PROG_TYPE_EXT))
		err = set_attach_target(o, t);
	if (!err)
		err = bpf_object__load(o->obj);
	loaded_against = NULL;
	object_leave_section(handler);
	return err;
}

static int load_extension(struct object *o, struct template *t, struct report *r)
{
	int err = template_load(0, t, r);

	if (err)
		return err;
	err = load_against(o, t);
	return err ? object_refused(o, -err, t, r) : 0;
}

static int load_bound(struct object *o, int ifindex, struct template *t, struct report *r)
{
	struct template bound = TEMPLATE_INIT;
	int err = template_load(ifindex, &bound, r);

	if (err) {
		report_clear_error(r);
		return report_fail(
			r, STATUS_NOT_TRIED, -err,
			"\"%s\" calls " KFUNC_PREFIX
			"...(), which requires device-bound programs in the kernel (Linux 6.3) and in the driver: %s",
			o->program.origin.object, strerror(-err));
	}
	err = load_against(o, &bound);
	template_close(&bound);
	return err ? object_refused(o, -err, t, r) : 0;
}

static int identify(struct program *p, struct report *r)
{
	struct kobj_prog info;
	int err = kobj_prog_info(p->fd, &info, r);

	if (err)
		return err;
	p->id = info.id;
	memcpy(p->tag, info.tag, sizeof(p->tag));
	return *p->func ? 0 : kobj_func_name(&info, NULL, p->func, sizeof(p->func), r);
}

static int keep_open(struct object *o, struct report *r)
{
	o->program.fd = fcntl(bpf_program__fd(o->prog), F_DUPFD_CLOEXEC, 3);
	if (o->program.fd < 0)
		return report_fail(r, STATUS_REFUSED, errno, "Cannot keep the program open: %s",
				   strerror(errno));
	return identify(&o->program, r);
}

static bool makes_tail_calls(const struct object *o)
{
	const struct bpf_map *map;

	bpf_object__for_each_map(map, o->obj)
	{
		if (bpf_map__type(map) == BPF_MAP_TYPE_PROG_ARRAY)
			return true;
	}
	return false;
}

int object_load(struct object *o, int ifindex, struct template *t, struct report *r)
{
	libbpf_print_fn_t printed;
	int err;

	/* Otherwise it might load, but nothing could be put into its map. */
	if (!o->tail_only && makes_tail_calls(o) && probe_ext_calls_refused(t))
		o->tail_only = "makes tail calls, which this kernel does not allow in extensions";
	if (o->tail_only)
		return report_fail(r, STATUS_NOT_TRIED, EOPNOTSUPP, "\"%s\" %s",
				   o->program.origin.object, o->tail_only);
	printed = object_listen();
	err = object_prepare_maps(o, r);
	if (!err)
		err = o->program.devbound ? load_bound(o, ifindex, t, r) : load_extension(o, t, r);
	if (!err)
		err = keep_open(o, r);
	object_stop_listening(printed);
	return err;
}

static int load_as_xdp(struct object *o, struct report *r)
{
	int err = prepare_programs(o, o->program.no_type ? 0 : BPF_XDP);

	if (!err)
		err = bpf_program__set_type(o->prog, BPF_PROG_TYPE_XDP);
	if (!err)
		err = bpf_object__load(o->obj);
	return err ? object_refused(o, -err, NULL, r) : 0;
}

int object_load_tail(struct object *o, bool frags, struct report *r)
{
	libbpf_print_fn_t printed = object_listen();
	int err;

	o->program.plain = true;
	o->may_have_frags = o->program.frags && !frags;
	o->program.frags &= frags;
	err = object_prepare_maps(o, r);
	if (!err)
		err = load_as_xdp(o, r);
	if (!err)
		err = keep_open(o, r);
	object_stop_listening(printed);
	return err;
}

int object_label(struct object *o, const struct entry *e, struct report *r)
{
	int err = o->labelled || !o->obj ? 0 : label_map_bind(o->program.fd, e, r);

	o->labelled = !err;
	return err;
}

/* ---- programs that are loaded already ---- */

static int open_program(const struct program_source *src, struct report *r)
{
	int fd = src->pinned ? store_get_path(src->pinned, r) : kobj_prog_open(src->id, r);

	if (fd != -ENOENT)
		return fd;
	report_clear_error(r);
	if (src->pinned)
		return report_fail(r, STATUS_NOT_TRIED, ENOENT, "Nothing is pinned at \"%s\"",
				   src->pinned);
	return report_fail(r, STATUS_NOT_TRIED, ENOENT, "There is no program with id %u", src->id);
}

/* A pin can also be of a map or a link. */
static int program_info(const struct program_source *src, int fd, struct kobj_prog *info,
			struct report *r)
{
	int err = kobj_prog_info(fd, info, r);

	if (!err || !src->pinned)
		return err;
	report_clear_error(r);
	return report_fail(r, STATUS_NOT_TRIED, EINVAL,
			   "The object pinned at \"%s\" is not a program", src->pinned);
}

static int check_adoptable(const struct program_source *src, const struct kobj_prog *info,
			   struct report *r)
{
	if (info->type == BPF_PROG_TYPE_EXT || info->type == BPF_PROG_TYPE_XDP)
		return 0;
	if (src->pinned)
		return report_fail(
			r, STATUS_NOT_TRIED, EINVAL,
			"The program pinned at \"%s\" is neither an XDP program nor an extension",
			src->pinned);
	return report_fail(r, STATUS_NOT_TRIED, EINVAL,
			   "The program is neither an XDP program nor an extension");
}

/* The labels are freed, so copy the paths. */
static int keep_paths(struct object *o)
{
	struct origin *from = &o->program.origin;

	o->path = from->object ? strdup(from->object) : NULL;
	o->pinmaps = from->pinmaps ? strdup(from->pinmaps) : NULL;
	bool failed = (from->object && !o->path) || (from->pinmaps && !o->pinmaps);

	from->object = o->path;
	from->pinmaps = o->pinmaps;
	return failed ? -ENOMEM : 0;
}

/* The kernel does not tell whether a program takes multi-buffer packets,
 * nor whether it is bound to a device.  But a program that we loaded carries the
 * name of its section, and BTF names the functions that it calls. */
static int describe_adopted(struct object *o, const struct kobj_prog *info, const struct labels *l,
			    struct report *r)
{
	struct btf *btf = btf__load_from_kernel_by_id(info->btf_id);
	struct program *p = &o->program;
	int frags;

	if (!btf && info->btf_id)
		return report_fail(r, STATUS_REFUSED, errno,
				   "Cannot read the BTF of program %u: %s", info->id,
				   strerror(errno));
	label_name(l, o->name);
	label_proceed_on(l, &o->proceed_on);
	p->devbound = object_wants_device(btf);
	btf__free(btf);
	if (label_origin(l, &p->origin) && keep_paths(o))
		return report_no_memory(r);
	/* For a plain program this is already known. */
	frags = p->plain ? p->frags : object_frags(p->origin.section, r);
	p->frags = frags > 0;
	return frags < 0 ? frags : 0;
}

int object_adopt(const struct program_source *src, struct object *o, struct report *r)
{
	struct labels *l = calloc(1, sizeof(*l));
	struct kobj_prog info;
	int err = l ? 0 : report_no_memory(r);

	memset(o, 0, sizeof(*o));
	o->prio = ENTRY_DEFAULT_PRIO;
	o->proceed_on = ENTRY_DEFAULT_PROCEED_ON;
	o->program.fd = open_program(src, r);
	if (o->program.fd < 0)
		err = o->program.fd;
	if (!err)
		err = program_info(src, o->program.fd, &info, r);
	if (!err)
		err = check_adoptable(src, &info, r);
	if (!err)
		err = identify(&o->program, r);
	o->program.plain = !err && info.type == BPF_PROG_TYPE_XDP;
	if (o->program.plain)
		err = tailcalls_classify(&o->program, r);
	if (!err) {
		snprintf(o->name, sizeof(o->name), "%.63s", o->program.func);
		err = label_map_read(info.maps, info.n_maps, l, r);
		err = err < 0 ? err : describe_adopted(o, &info, l, r);
	}
	free(l);
	return err;
}
