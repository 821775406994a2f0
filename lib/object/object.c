// SPDX-License-Identifier: GPL-2.0-or-later
/* Component programs: an object file is opened and a program in it chosen. */
#include "object/object.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "object/file.h"
#include "object/object_internal.h"
#include "object/pinmaps.h"
#include "dispatcher/probe.h"
#include "object/run_config.h"
#include "kernel/store.h"

#define FRAGS_SECTION "xdp.frags"

/*
 * libbpf says what is wrong only through a print function of the process.  The
 * first line of a failure is the one that names the cause.
 */
static char libbpf_said[512];

static int __attribute__((format(printf, 2, 0)))
keep_first(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	char *end;

	if (level != LIBBPF_WARN || *libbpf_said)
		return 0;
	vsnprintf(libbpf_said, sizeof(libbpf_said), fmt, ap);
	end = strchr(libbpf_said, '\n');
	if (end)
		*end = '\0';
	if (!strncmp(libbpf_said, "libbpf: ", 8))
		memmove(libbpf_said, libbpf_said + 8, strlen(libbpf_said + 8) + 1);
	return 0;
}

libbpf_print_fn_t object_listen(void)
{
	*libbpf_said = '\0';
	return libbpf_set_print(keep_first);
}

const char *object_cause(int err)
{
	return *libbpf_said ? libbpf_said : strerror(err);
}

/* "xdp", "xdp.frags", "xdp/x", "xdp_x"; not what runs in device or CPU maps. */
static bool is_xdp_section(const char *section)
{
	return !strncmp(section, "xdp", 3) && !strstr(section, "/devmap") &&
	       !strstr(section, "/cpumap") && !strstr(section, "_devmap/") &&
	       !strstr(section, "_cpumap/");
}

/* An extension of the user's own has another section. */
bool object_is_xdp(const struct bpf_program *p)
{
	enum bpf_prog_type type = bpf_program__type(p);

	return type == BPF_PROG_TYPE_XDP ||
	       (type == BPF_PROG_TYPE_EXT && !strncmp(bpf_program__section_name(p), "xdp", 3));
}

static bool is_candidate(const struct bpf_program *p, const struct program_source *src)
{
	const char *section = bpf_program__section_name(p);

	if (src->function && strcmp(bpf_program__name(p), src->function))
		return false;
	if (src->section && strcmp(section, src->section))
		return false;
	return src->function || src->section || is_xdp_section(section);
}

/* "xdp_pass (section "xdp"), ..." for the sentence that asks for a choice. */
static void list_programs(struct bpf_object *obj, char *buf, size_t size)
{
	struct bpf_program *p;
	size_t len = 0;

	*buf = '\0';
	bpf_object__for_each_program(p, obj)
	{
		if (len >= size)
			break;
		len += snprintf(buf + len, size - len, "%s%s (section \"%s\")", len ? ", " : "",
				bpf_program__name(p), bpf_program__section_name(p));
	}
	if (!len)
		snprintf(buf, size, "no program at all");
}

static int no_choice(struct bpf_object *obj, const struct program_source *src, struct report *r)
{
	char list[512];

	list_programs(obj, list, sizeof(list));
	return report_fail(r, STATUS_NOT_TRIED, ENOENT, "\"%s\" has no %s%s%s: it has %s",
			   src->object,
			   src->function  ? "program \""
			   : src->section ? "section \""
					  : "XDP program",
			   src->function  ? src->function
			   : src->section ? src->section
					  : "",
			   src->function || src->section ? "\"" : "", list);
}

static struct bpf_program *choose(struct bpf_object *obj, const struct program_source *src,
				  struct report *r)
{
	struct bpf_program *p, *found = NULL;
	char list[512];

	bpf_object__for_each_program(p, obj)
	{
		if (!is_candidate(p, src))
			continue;
		if (found) {
			list_programs(obj, list, sizeof(list));
			report_fail(
				r, STATUS_NOT_TRIED, ENOTUNIQ,
				"\"%s\" has several programs to choose from: add \"program NAME\" for one of %s",
				src->object, list);
			return NULL;
		}
		found = p;
	}
	if (!found) {
		no_choice(obj, src, r);
		return NULL;
	}
	if (!object_is_xdp(found) && bpf_program__type(found) != BPF_PROG_TYPE_UNSPEC) {
		report_fail(r, STATUS_NOT_TRIED, EINVAL,
			    "Program \"%s\" in section \"%s\" of \"%s\" is not an XDP program",
			    bpf_program__name(found), bpf_program__section_name(found),
			    src->object);
		return NULL;
	}
	return found;
}

static int find_or_add_ctx(struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, "xdp_md", BTF_KIND_STRUCT);

	if (id < 0)
		id = btf__add_struct(btf, "xdp_md", 0);
	return id < 0 ? id : btf__add_ptr(btf, id);
}

/*
 * Give the function the prototype int f(struct xdp_md *ctx).  A program that
 * returns enum xdp_action or takes void * then fits the stubs like any other,
 * and libxdp can link it again too.
 */
static int fix_prototype(struct btf *btf, const char *function)
{
	int func = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	int ctx = find_or_add_ctx(btf);
	int ret = btf__add_int(btf, "int", sizeof(int), BTF_INT_SIGNED);
	int proto = btf__add_func_proto(btf, ret);
	struct btf_type *t;

	if (func < 0)
		return func;
	if (ctx < 0 || ret < 0 || proto < 0 || btf__add_func_param(btf, "ctx", ctx))
		return -ENOMEM;
	t = (struct btf_type *)btf__type_by_id(btf, func);
	t->type = proto;
	t->info = BTF_KIND_FUNC << 24 | BTF_FUNC_GLOBAL;
	return 0;
}

/* Functions of the kernel that ask the driver about a packet are only for
 * programs that are bound to a device. */
bool object_wants_device(const struct btf *btf)
{
	for (__u32 id = 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *name = btf__name_by_offset(btf, t->name_off);

		if (btf_is_func(t) && name && !strncmp(name, KFUNC_PREFIX, strlen(KFUNC_PREFIX)))
			return true;
	}
	return false;
}

int object_frags(const char *section, struct report *r)
{
	if (strncmp(section, FRAGS_SECTION, strlen(FRAGS_SECTION)))
		return 0;
	return probe_frags(r);
}

/* A function's name may be longer than what an entry can have. */
static int describe(struct object *o, const struct file *f, struct report *r)
{
	struct program *p = &o->program;
	const char *function = bpf_program__name(o->prog);
	const char *section = bpf_program__section_name(o->prog);
	int frags = object_frags(section, r);

	snprintf(o->name, sizeof(o->name), "%.63s", function);
	snprintf(p->func, sizeof(p->func), "%s", function);
	strcpy(p->origin.object, f->path);
	snprintf(p->origin.function, sizeof(p->origin.function), "%s", function);
	snprintf(p->origin.section, sizeof(p->origin.section), "%.63s", section);
	strcpy(p->origin.sha256, f->sha256);
	p->origin.added = time(NULL);
	p->frags = frags > 0;
	p->devbound = object_wants_device(bpf_object__btf(o->obj));
	return frags < 0 ? frags : 0;
}

static int open_bytes(const struct program_source *src, const struct file *f, struct object *o,
		      struct report *r)
{
	char name[64];
	const char *base = strrchr(f->path, '/');
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = name);
	struct btf *btf;
	int err = object_check(f->data, f->size, src->object, r);

	if (err)
		return err;
	/* What the kernel calls .data and .bss starts with this. */
	snprintf(name, sizeof(name), "%.63s", base ? base + 1 : f->path);
	name[strcspn(name, ".")] = '\0';
	o->obj = bpf_object__open_mem(f->data, f->size, &opts);
	if (!o->obj)
		return report_fail(r, STATUS_NOT_TRIED, errno,
				   "\"%s\" is not a BPF object file: %s", src->object,
				   object_cause(errno));
	o->prog = choose(o->obj, src, r);
	if (!o->prog)
		return -ENOENT;
	btf = bpf_object__btf(o->obj);
	o->no_btf = !btf || fix_prototype(btf, bpf_program__name(o->prog));
	if (btf)
		run_config_read(btf, bpf_program__name(o->prog), &o->prio, &o->proceed_on, r);
	err = describe(o, f, r);
	return err ? err : pinmaps_set(o, src->pinmaps, r);
}

static int check_digest(const struct program_source *src, const struct file *f, struct report *r)
{
	if (!src->sha256 || !strcmp(src->sha256, f->sha256))
		return 0;
	return report_fail(r, STATUS_REFUSED, EBADMSG,
			   "\"%s\" is another file than it was: its SHA-256 is %s, not %s",
			   src->object, f->sha256, src->sha256);
}

static void init(struct object *o)
{
	memset(o, 0, sizeof(*o));
	o->program.fd = -1;
	o->prio = ENTRY_DEFAULT_PRIO;
	o->proceed_on = ENTRY_DEFAULT_PROCEED_ON;
}

int object_open(const struct program_source *src, struct object *o, struct report *r)
{
	libbpf_print_fn_t printed = object_listen();
	struct file f;
	int err;

	object_take_sections();
	init(o);
	err = file_read(&f, src->object, r);
	if (!err) {
		err = check_digest(src, &f, r);
		if (!err)
			err = open_bytes(src, &f, o, r);
		file_free(&f);
	}
	libbpf_set_print(printed);
	return err;
}

static int open_stripped(const struct program_source *src, const char *const *maps, unsigned int n,
			 struct object *o, struct report *r)
{
	struct file f;
	int err = file_read(&f, src->object, r);

	if (err)
		return err;
	err = check_digest(src, &f, r);
	for (unsigned int i = 0; !err && i < n; i++)
		if (!object_strip_slots(f.data, f.size, maps[i]))
			err = report_fail(
				r, STATUS_NOT_TRIED, EINVAL,
				"Cannot share the map of tail calls \"%s\": \"%s\" is not understood",
				maps[i], src->object);
	if (!err)
		err = open_bytes(src, &f, o, r);
	file_free(&f);
	return err;
}

int object_open_again(struct object *o, const char *const *maps, unsigned int n, struct report *r)
{
	const struct origin *from = &o->program.origin;
	const struct program_source src = {
		.object = from->object,
		.function = from->function,
		.pinmaps = *from->pinmaps ? from->pinmaps : NULL,
		.sha256 = from->sha256,
	};
	libbpf_print_fn_t printed = object_listen();
	struct object again;
	int err;

	init(&again);
	err = open_stripped(&src, maps, n, &again, r);
	libbpf_set_print(printed);
	if (err) {
		object_close(&again);
		return err;
	}
	again.earlier = o->earlier;
	again.n_earlier = o->n_earlier;
	again.going = o->going;
	again.n_going = o->n_going;
	again.maps = o->maps;
	o->maps = NULL;
	object_close(o);
	*o = again;
	return 0;
}

void object_close(struct object *o)
{
	object_free_maps(o);
	bpf_object__close(o->obj);
	if (o->program.fd >= 0)
		close(o->program.fd);
	memset(o, 0, sizeof(*o));
	o->program.fd = -1;
}
