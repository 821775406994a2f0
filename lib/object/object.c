// SPDX-License-Identifier: GPL-2.0-or-later
/* Component programs: open an object file and choose a program in it. */
#include "object/object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "dispatcher/probe.h"
#include "object/btf_ext.h"
#include "object/btf_repair.h"
#include "object/choose.h"
#include "object/file.h"
#include "object/object_internal.h"
#include "object/pinmaps.h"
#include "object/reach.h"
#include "object/reduce.h"
#include "object/run_config.h"

#define FRAGS_SECTION "xdp.frags"

/* Only programs that are bound to a device can call the kernel functions that ask the
 * driver about a packet. */
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

/* A function's name may be longer than an entry's name can be. */
static int describe(struct object *o, const struct file *f, const struct reach *to, __u32 symbol,
		    struct report *r)
{
	struct program *p = &o->program;
	const char *function = elf_symbol_name(to->elf, symbol);
	const char *section = choose_section(to->elf, symbol);
	int frags = object_frags(section, r);

	o->path = strdup(f->path);
	if (!o->path)
		return report_no_memory(r);
	snprintf(o->name, sizeof(o->name), "%.63s", function);
	snprintf(p->func, sizeof(p->func), "%s", function);
	p->origin.object = o->path;
	snprintf(p->origin.function, sizeof(p->origin.function), "%s", function);
	snprintf(p->origin.section, sizeof(p->origin.section), "%.63s", section);
	strcpy(p->origin.sha256, f->sha256);
	p->origin.added = time(NULL);
	p->frags = frags > 0;
	p->devbound = reach_has_prefix(to, KFUNC_PREFIX);
	return frags < 0 ? frags : 0;
}

/* The kernel's names of .data and .bss start with this. */
static void name_object(const struct file *f, char *name, size_t size)
{
	const char *base = strrchr(f->path, '/');

	snprintf(name, size, "%.63s", base ? base + 1 : f->path);
	name[strcspn(name, ".")] = '\0';
}

/* Open the reduced object with libbpf. */
static int open_reduced(struct object *o, const char *name, const char *function, const char *data,
			size_t size, struct report *r)
{
	const char *path = o->program.origin.object;
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = name);
	int handler = object_handle_section();
	int err;

	o->obj = bpf_object__open_mem(data, size, &opts);
	err = errno;
	object_leave_section(handler);
	if (!o->obj)
		return report_fail(r, STATUS_NOT_TRIED, err, "\"%s\" is not a BPF object file: %s",
				   path, object_cause(err));
	o->prog = bpf_object__find_program_by_name(o->obj, function);
	if (!o->prog)
		return report_fail(r, STATUS_NOT_TRIED, ENOENT,
				   "\"%s\" in \"%s\" is a subprogram of other programs", function,
				   path);
	if (bpf_object__btf(o->obj))
		run_config_read(bpf_object__btf(o->obj), bpf_program__name(o->prog), &o->prio,
				&o->proceed_on, r);
	return 0;
}

/* If libbpf refuses the BTF, treat it as missing.  0 with @btf, NULL for none, or -ENOMEM. */
static int read_btf(const struct elf_file *e, struct btf **btf, struct report *r)
{
	const struct elf_section *s = &e->sections[elf_section_named(e, ".BTF")];

	*btf = s->data ? btf__new(s->data, s->header.sh_size) : NULL;
	return s->data && !*btf && errno == ENOMEM ? report_no_memory(r) : 0;
}

/* Does a function take the context of XDP programs, according to its BTF? */
static bool takes_xdp_context(const struct btf *btf, const char *function)
{
	int id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, id) : NULL;

	t = t ? btf__type_by_id(btf, t->type) : NULL;
	if (!t || !btf_is_func_proto(t) || btf_vlen(t) != 1)
		return false;
	id = btf__resolve_type(btf, btf_params(t)->type);
	t = id > 0 ? btf__type_by_id(btf, id) : NULL;
	if (!t || !btf_is_ptr(t))
		return false;
	id = btf__resolve_type(btf, t->type);
	t = id > 0 ? btf__type_by_id(btf, id) : NULL;
	return t && btf_is_struct(t) && !strcmp(btf__name_by_offset(btf, t->name_off), "xdp_md");
}

/* An extension may be for a program of another type. */
static int check_extension(const struct elf_file *e, __u32 symbol, const struct btf *btf,
			   const char *file, struct report *r)
{
	const char *function = elf_symbol_name(e, symbol);

	if (!choose_is_extension(choose_section(e, symbol)) ||
	    (btf && takes_xdp_context(btf, function)))
		return 0;
	return report_fail(
		r, STATUS_NOT_TRIED, EINVAL,
		"Program \"%s\" in section \"%s\" of \"%s\" is not an XDP program: it does not take a \"struct xdp_md *\"",
		function, choose_section(e, symbol), file);
}

/* Make an object with repaired BTF and without the parts that are not reached. */
static char *make_reduced(const struct reach *to, __u32 symbol, const struct btf *old,
			  struct reduced *with, size_t *size)
{
	const struct elf_section *ext = &to->elf->sections[elf_section_named(to->elf, ".BTF.ext")];
	struct btf_ext_source source = {
		.old = old,
		.data = ext->data,
		.size = ext->header.sh_size,
		.to = to,
		.chosen = symbol,
		.section = to->elf->symbols[symbol].st_shndx,
		.section_name = OBJECT_SECTION,
	};
	struct btf *btf = old ? btf_repair(old, to) : NULL;
	char *made = btf ? btf_ext_make(&source, btf, &with->ext_size) : NULL;
	char *data = NULL;
	__u32 btf_size;

	with->section = source.section;
	with->section_name = OBJECT_SECTION;
	if (made)
		with->btf = btf__raw_data(btf, &btf_size);
	if (with->btf)
		with->btf_size = btf_size;
	with->ext = made;
	if (!old || with->btf)
		data = reduce(to, with, size);
	free(made);
	btf__free(btf);
	return data;
}

static int open_program(struct object *o, const struct file *f, const struct elf_file *e,
			__u32 symbol, struct reduced *with, struct report *r)
{
	struct reach to = { 0 };
	char name[64], *data = NULL;
	struct btf *btf;
	size_t size;
	int err = read_btf(e, &btf, r);

	if (err)
		return err;
	err = check_extension(e, symbol, btf, f->path, r);
	name_object(f, name, sizeof(name));
	if (!err && !reach_from(&to, e, symbol))
		data = make_reduced(&to, symbol, btf, with, &size);
	if (!err && !data)
		err = report_no_memory(r);
	if (!err)
		err = describe(o, f, &to, symbol, r);
	if (!err)
		err = open_reduced(o, name, elf_symbol_name(e, symbol), data, size, r);
	if (!btf)
		o->tail_only = "has no BTF for its program: compile it with \"clang -g\"";
	else if (to.itself)
		o->tail_only = "has a tail-call map that contains the program itself";
	free(data);
	reach_free(&to);
	btf__free(btf);
	return err;
}

static int open_bytes(const struct program_source *src, const struct file *f,
		      const char *const *unfilled, unsigned int n, struct object *o,
		      struct report *r)
{
	struct reduced with = { .unfilled = unfilled, .n_unfilled = n };
	struct elf_file e;
	__u32 symbol;
	int err = object_check(f->data, f->size, src->object, r);

	if (err)
		return err;
	err = elf_read(&e, f->data, f->size, src->object, r);
	if (!err)
		err = choose(&e, src, &symbol, r);
	if (!err)
		err = open_program(o, f, &e, symbol, &with, r);
	elf_free(&e);
	return err ? err : pinmaps_set(o, src->pinmaps, r);
}

static int check_digest(const struct program_source *src, const struct file *f, struct report *r)
{
	if (!src->sha256 || !strcmp(src->sha256, f->sha256))
		return 0;
	return report_fail(
		r, STATUS_REFUSED, EBADMSG,
		"\"%s\" has changed since the chain was saved (SHA-256 %s, expected %s): -force loads it anyway",
		src->object, f->sha256, src->sha256);
}

static void init(struct object *o)
{
	memset(o, 0, sizeof(*o));
	o->program.fd = -1;
	o->prio = ENTRY_DEFAULT_PRIO;
	o->proceed_on = ENTRY_DEFAULT_PROCEED_ON;
}

int object_open(const struct program_source *src, struct file *last, struct object *o,
		struct report *r)
{
	libbpf_print_fn_t printed = object_listen();
	struct file own = { 0 }, *f = last ? last : &own;
	int err;

	init(o);
	err = file_reread(f, src->object, r);
	if (!err)
		err = check_digest(src, f, r);
	if (!err)
		err = open_bytes(src, f, NULL, 0, o, r);
	file_free(&own);
	object_stop_listening(printed);
	return err;
}

static int open_unfilled(const struct program_source *src, const char *const *maps, unsigned int n,
			 struct object *o, struct report *r)
{
	struct file f;
	int err = file_read(&f, src->object, r);

	if (err)
		return err;
	err = check_digest(src, &f, r);
	if (!err)
		err = open_bytes(src, &f, maps, n, o, r);
	file_free(&f);
	return err;
}

int object_open_again(struct object *o, const char *const *maps, unsigned int n, struct report *r)
{
	const struct origin *from = &o->program.origin;
	const struct program_source src = {
		.object = from->object,
		.function = from->function,
		.pinmaps = from->pinmaps,
		.sha256 = from->sha256,
	};
	libbpf_print_fn_t printed = object_listen();
	struct object again;
	int err;

	init(&again);
	err = open_unfilled(&src, maps, n, &again, r);
	object_stop_listening(printed);
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
	free(o->path);
	free(o->pinmaps);
	memset(o, 0, sizeof(*o));
	o->program.fd = -1;
}
