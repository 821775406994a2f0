// SPDX-License-Identifier: GPL-2.0-or-later
/* Component programs: from an object file to a loaded extension program. */
#include "object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "caps.h"
#include "dispatcher.h"
#include "file.h"
#include "kobj.h"
#include "metadata.h"
#include "probe.h"
#include "run_config.h"

#define LOG_SIZE (16 << 20)

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
		memmove(libbpf_said, libbpf_said + 8,
			strlen(libbpf_said + 8) + 1);
	return 0;
}

static const char *cause(int err)
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

static bool is_frags_section(const char *section)
{
	return !strncmp(section, "xdp.frags", 9);
}

static bool is_candidate(const struct bpf_program *p,
			 const struct object_request *rq)
{
	const char *section = bpf_program__section_name(p);

	if (rq->function && strcmp(bpf_program__name(p), rq->function))
		return false;
	if (rq->section && strcmp(section, rq->section))
		return false;
	return rq->function || rq->section || is_xdp_section(section);
}

/* "xdp_pass (section "xdp"), ..." for the sentence that asks for a choice. */
static void list_programs(struct bpf_object *obj, char *buf, size_t size)
{
	struct bpf_program *p;
	size_t len = 0;

	*buf = '\0';
	bpf_object__for_each_program(p, obj) {
		if (len >= size)
			break;
		len += snprintf(buf + len, size - len, "%s%s (section \"%s\")",
				len ? ", " : "", bpf_program__name(p),
				bpf_program__section_name(p));
	}
	if (!len)
		snprintf(buf, size, "no program at all");
}

static int no_choice(struct bpf_object *obj, const struct object_request *rq,
		     struct report *r)
{
	char list[512];

	list_programs(obj, list, sizeof(list));
	return report_fail(r, STATUS_NOT_TRIED, ENOENT,
			   "\"%s\" has no %s%s%s: it has %s", rq->path,
			   rq->function ? "program \"" :
			   rq->section ? "section \"" : "XDP program",
			   rq->function ? rq->function :
			   rq->section ? rq->section : "",
			   rq->function || rq->section ? "\"" : "", list);
}

static struct bpf_program *choose(struct bpf_object *obj,
				  const struct object_request *rq,
				  struct report *r)
{
	struct bpf_program *p, *found = NULL;
	enum bpf_prog_type type;
	char list[512];

	bpf_object__for_each_program(p, obj) {
		if (!is_candidate(p, rq))
			continue;
		if (found) {
			list_programs(obj, list, sizeof(list));
			report_fail(r, STATUS_NOT_TRIED, ENOTUNIQ,
				    "\"%s\" has several programs to choose from: add \"program NAME\" for one of %s",
				    rq->path, list);
			return NULL;
		}
		found = p;
	}
	if (!found) {
		no_choice(obj, rq, r);
		return NULL;
	}
	type = bpf_program__type(found);
	if (type != BPF_PROG_TYPE_XDP && type != BPF_PROG_TYPE_UNSPEC) {
		report_fail(r, STATUS_NOT_TRIED, EINVAL,
			    "Program \"%s\" in section \"%s\" of \"%s\" is not an XDP program",
			    bpf_program__name(found),
			    bpf_program__section_name(found), rq->path);
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
	if (ctx < 0 || ret < 0 || proto < 0 ||
	    btf__add_func_param(btf, "ctx", ctx))
		return -ENOMEM;
	t = (struct btf_type *)btf__type_by_id(btf, func);
	t->type = proto;
	t->info = BTF_KIND_FUNC << 24 | BTF_FUNC_GLOBAL;
	return 0;
}

static void only_load(struct bpf_object *obj, struct bpf_program *chosen)
{
	struct bpf_program *p;
	struct bpf_map *m;

	bpf_object__for_each_program(p, obj)
		bpf_program__set_autoload(p, p == chosen);
	/* Pinning is asked for on the command line, not by the object. */
	bpf_object__for_each_map(m, obj)
		bpf_map__set_pin_path(m, NULL);
}

static int load_refused(const struct object_request *rq, int err,
			const char *log, struct report *r)
{
	char lacking[128];

	if (*log && strncmp(log, "processed ", 10)) {
		report_fail(r, STATUS_REFUSED, err,
			    "The verifier rejected the program in \"%s\"",
			    rq->path);
		report_set_log(r, log);
		return -err;
	}
	if (err != EPERM)
		return report_fail(r, STATUS_REFUSED, err,
				   "The kernel refused the program in \"%s\": %s",
				   rq->path, cause(err));
	if (caps_lacking(CAPS_LOAD_EXT, lacking, sizeof(lacking)))
		return report_fail(r, STATUS_NOT_TRIED, err,
				   "Cannot load the program in \"%s\": that needs %s",
				   rq->path, lacking);
	return report_fail(r, STATUS_NOT_TRIED, err,
			   "This host refuses extension programs (BPF_PROG_TYPE_EXT), which a chain is made of: %s",
			   strerror(err));
}

static int load_as_extension(struct bpf_object *obj, struct bpf_program *p,
			     const struct object_request *rq, bool frags,
			     struct report *r)
{
	struct dispatcher template;
	char *log = NULL;
	int err;

	err = dispatcher_load_template(&template, r);
	if (err)
		return err;
	log = calloc(1, LOG_SIZE);
	if (!log) {
		err = report_fail(r, STATUS_REFUSED, ENOMEM, "%s",
				  strerror(ENOMEM));
		goto out;
	}
	only_load(obj, p);
	bpf_program__set_type(p, BPF_PROG_TYPE_EXT);
	bpf_program__set_expected_attach_type(p, 0);
	bpf_program__set_flags(p, frags ? XDP_DISPATCHER_F_FRAGS : 0);
	bpf_program__set_log_buf(p, log, LOG_SIZE);
	err = bpf_program__set_attach_target(p, template.fd, "prog0");
	if (!err)
		err = bpf_object__load(obj);
	if (err)
		err = load_refused(rq, -err, log, r);
	free(log);
out:
	dispatcher_close(&template);
	return err;
}

static int describe(struct object *o, struct bpf_program *p,
		    const struct file *f, struct report *r)
{
	struct program *prog = &o->program;
	struct kobj_prog info;
	int err;

	prog->fd = fcntl(bpf_program__fd(p), F_DUPFD_CLOEXEC, 3);
	if (prog->fd < 0)
		return report_fail(r, STATUS_REFUSED, errno,
				   "Cannot keep the program open: %s",
				   strerror(errno));
	err = kobj_prog_info(prog->fd, &info, r);
	if (err)
		return err;
	prog->id = info.id;
	memcpy(prog->tag, info.tag, sizeof(prog->tag));
	snprintf(prog->func, sizeof(prog->func), "%s", bpf_program__name(p));
	snprintf(prog->origin.object, sizeof(prog->origin.object), "%s",
		 f->path);
	snprintf(prog->origin.function, sizeof(prog->origin.function), "%s",
		 bpf_program__name(p));
	memcpy(prog->origin.sha256, f->sha256, sizeof(f->sha256));
	prog->origin.added = time(NULL);
	return 0;
}

static int settle_name(struct object *o, const struct object_request *rq,
		       struct report *r)
{
	const char *name = rq->name ? rq->name : o->program.func;

	/* A function's name may be longer than what an entry can have. */
	snprintf(o->name, sizeof(o->name), "%.63s", name);
	if (entry_name_valid(o->name))
		return 0;
	return report_fail(r, STATUS_NOT_TRIED, EINVAL,
			   "\"%s\" cannot be the name of an entry: choose one with \"name NAME\"",
			   name);
}

static int load_opened(struct bpf_object *obj, const struct file *f,
		       const struct object_request *rq, struct object *o,
		       struct report *r)
{
	struct btf *btf = bpf_object__btf(obj);
	struct bpf_program *p = choose(obj, rq, r);
	struct entry e = { .program = &o->program };
	int err;

	if (!p)
		return -ENOENT;
	if (!btf || fix_prototype(btf, bpf_program__name(p)))
		return report_fail(r, STATUS_NOT_TRIED, EINVAL,
				   "\"%s\" has no BTF for its program: compile it with \"clang -g\"",
				   rq->path);
	run_config_read(btf, bpf_program__name(p), &o->prio, &o->proceed_on, r);
	if (rq->has_proceed_on)
		o->proceed_on = rq->proceed_on;
	o->program.frags = is_frags_section(bpf_program__section_name(p)) &&
			   probe_frags();
	err = load_as_extension(obj, p, rq, o->program.frags, r);
	if (!err)
		err = describe(o, p, f, r);
	if (!err)
		err = settle_name(o, rq, r);
	if (err)
		return err;
	strcpy(e.name, o->name);
	e.proceed_on = o->proceed_on;
	return metadata_bind(o->program.fd, &e, r);
}

int object_load(const struct object_request *rq, struct object *o,
		struct report *r)
{
	libbpf_print_fn_t printed = libbpf_set_print(keep_first);
	struct bpf_object *obj;
	struct file f;
	int err;

	memset(o, 0, sizeof(*o));
	o->program.fd = -1;
	o->prio = ENTRY_DEFAULT_PRIO;
	o->proceed_on = ENTRY_DEFAULT_PROCEED_ON;
	*libbpf_said = '\0';

	err = file_read(&f, rq->path, r);
	if (err)
		goto out;
	obj = bpf_object__open_mem(f.data, f.size, NULL);
	if (!obj) {
		err = report_fail(r, STATUS_NOT_TRIED, errno,
				  "\"%s\" is not a BPF object file: %s",
				  rq->path, cause(errno));
	} else {
		err = load_opened(obj, &f, rq, o, r);
		bpf_object__close(obj);
	}
	file_free(&f);
out:
	libbpf_set_print(printed);
	if (err)
		object_close(o);
	return err;
}

void object_close(struct object *o)
{
	if (o->program.fd >= 0)
		close(o->program.fd);
	o->program.fd = -1;
}
