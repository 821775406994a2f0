// SPDX-License-Identifier: GPL-2.0-or-later
/* Repair the BTF of an object file so that the kernel accepts it. */
#include "object/btf_repair_internal.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "object/btf_name.h"

#define MAX_DEPTH 32

static struct btf_type *type_of(const struct repair *x, __u32 id)
{
	return (struct btf_type *)btf__type_by_id(x->btf, id);
}

/* ---- names ---- */

enum rule {
	OPTIONAL,
	NEEDED,
	DOTTED, /* needed, and may have dots */
};

static int fix_name(struct repair *x, __u32 *offset, __u32 id, enum rule rule)
{
	const char *name = btf__name_by_offset(x->btf, *offset);
	char fixed[256];
	int at;

	if (!name || (!*name && rule == OPTIONAL) || btf_name_ok(name, rule == DOTTED))
		return 0;
	snprintf(fixed, sizeof(fixed), "%s", name);
	btf_name_fix(fixed, sizeof(fixed), id);
	at = btf__add_str(x->btf, fixed);
	if (at < 0)
		return at;
	*offset = at;
	return 0;
}

/* ---- repairs ---- */

static const struct btf_type *resolve(const struct repair *x, __u32 id)
{
	const struct btf_type *t = type_of(x, id);

	for (int i = 0; t && i < MAX_DEPTH && (btf_is_mod(t) || btf_is_typedef(t)); i++)
		t = type_of(x, t->type);
	return t;
}

static bool has_size(const struct repair *x, __u32 id)
{
	const struct btf_type *t = id ? resolve(x, id) : NULL;

	return t && (btf_is_int(t) || btf_is_ptr(t) || btf_is_array(t) || btf_is_composite(t) ||
		     btf_is_any_enum(t) || btf_is_float(t));
}

/* No type may refer to a variable, a function, a section or a tag. */
static bool is_no_target(const struct repair *x, __u32 id)
{
	const struct btf_type *t = type_of(x, id);

	return !t || btf_is_var(t) || btf_is_func(t) || btf_is_datasec(t) || btf_is_decl_tag(t);
}

/* The encoding has room for one word, and a number has as many bits as bytes. */
static int fix_int(struct btf_type *t)
{
	__u32 *info = (__u32 *)(t + 1);
	__u32 encoding = BTF_INT_ENCODING(*info), bits = BTF_INT_BITS(*info);
	__u32 offset = BTF_INT_OFFSET(*info);

	if (encoding & (encoding - 1) || encoding > BTF_INT_BOOL)
		encoding = 0;
	if (offset + bits > 128 || (offset + bits + 7) / 8 > t->size) {
		offset = 0;
		bits = t->size > 16 ? 128 : t->size * 8;
	}
	*info = encoding << 24 | offset << 16 | bits;
	return 0;
}

static int fix_array(const struct repair *x, struct btf_type *t)
{
	struct btf_array *a = btf_array(t);
	const struct btf_type *index = a->index_type ? resolve(x, a->index_type) : NULL;

	t->name_off = 0;
	t->size = 0;
	if (!has_size(x, a->type) || is_no_target(x, a->type))
		a->type = x->byte;
	if (!index || !btf_is_int(index))
		a->index_type = x->number;
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct btf_member *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int by_bitfield_offset(const void *a, const void *b)
{
	const struct btf_member *x = a, *y = b;
	__u32 i = BTF_MEMBER_BIT_OFFSET(x->offset), j = BTF_MEMBER_BIT_OFFSET(y->offset);

	return i < j ? -1 : i > j;
}

/* Compilers that reorder members in memory list them in the order of the source. */
static void sort_members(struct btf_type *t)
{
	int (*compare)(const void *, const void *) = btf_kflag(t) ? by_bitfield_offset : by_offset;
	struct btf_member *m = btf_members(t);

	for (unsigned int i = 1; i < btf_vlen(t); i++)
		if (compare(&m[i - 1], &m[i]) > 0) {
			qsort(m, btf_vlen(t), sizeof(*m), compare);
			return;
		}
}

static bool member_fits(const struct repair *x, const struct btf_type *t, unsigned int i)
{
	const struct btf_member *m = &btf_members(t)[i];
	__u32 bits = btf_member_bitfield_size(t, i), at = btf_member_bit_offset(t, i);
	const struct btf_type *of = resolve(x, m->type);
	__s64 size;

	if (!has_size(x, m->type) || is_no_target(x, m->type))
		return false;
	if (bits)
		return (btf_is_int(of) || btf_is_any_enum(of)) && (at + bits + 7ULL) / 8 <= t->size;
	/* Without the flag, the type of a bit field holds its number of bits. */
	if (at % 8)
		return !btf_kflag(t) && (btf_is_int(of) || btf_is_any_enum(of));
	size = btf__resolve_size(x->btf, m->type);
	return size >= 0 && at / 8 + size <= t->size;
}

/* A member that cannot be described keeps its name and its place. */
static void blank_member(const struct repair *x, struct btf_type *t, unsigned int i)
{
	struct btf_member *m = &btf_members(t)[i];
	__u32 at = btf_member_bit_offset(t, i) / 8;

	m->type = x->empty;
	m->offset = BTF_MEMBER_BIT_OFFSET((at < t->size ? at : t->size) * 8);
}

static int fix_struct(struct repair *x, struct btf_type *t, __u32 id)
{
	struct btf_member *m = btf_members(t);
	int err = fix_name(x, &t->name_off, id, OPTIONAL);

	for (unsigned int i = 0; !err && i < btf_vlen(t); i++) {
		if (btf_is_union(t) && btf_member_bit_offset(t, i))
			m[i].offset = 0;
		if (!member_fits(x, t, i))
			blank_member(x, t, i);
		err = fix_name(x, &m[i].name_off, i, OPTIONAL);
	}
	sort_members(t);
	return err;
}

static void fix_enum_size(struct btf_type *t)
{
	if (!t->size || t->size > 8 || t->size & (t->size - 1))
		t->size = btf_is_enum(t) ? 4 : 8;
}

static int fix_enum(struct repair *x, struct btf_type *t, __u32 id)
{
	struct btf_enum *e = btf_enum(t);
	struct btf_enum64 *e64 = (struct btf_enum64 *)(t + 1);
	int err = fix_name(x, &t->name_off, id, OPTIONAL);

	fix_enum_size(t);
	for (unsigned int i = 0; !err && i < btf_vlen(t); i++)
		err = fix_name(x, btf_is_enum(t) ? &e[i].name_off : &e64[i].name_off, i, NEEDED);
	return err;
}

/* The last parameter can be "...", which has neither type nor name. */
static int fix_proto(struct repair *x, struct btf_type *t, bool named)
{
	struct btf_param *p = btf_params(t);
	unsigned int n = btf_vlen(t);
	int err = 0;

	t->name_off = 0;
	if (t->type && (!has_size(x, t->type) || is_no_target(x, t->type)))
		t->type = 0;
	for (unsigned int i = 0; !err && i < n; i++) {
		if (i == n - 1 && !p[i].type) {
			p[i].name_off = 0;
			break;
		}
		if (!has_size(x, p[i].type) || is_no_target(x, p[i].type))
			p[i].type = x->byte;
		err = fix_name(x, &p[i].name_off, i, named ? NEEDED : OPTIONAL);
	}
	return err;
}

/* libbpf fixes the externs that are used. */
static int fix_func(struct repair *x, struct btf_type *t, __u32 id)
{
	struct btf_type *proto = type_of(x, t->type);
	int err = fix_name(x, &t->name_off, id, NEEDED);

	if (!proto || !btf_is_func_proto(proto)) {
		t->type = x->proto;
		proto = type_of(x, t->type);
	}
	return err ? err : fix_proto(x, proto, true);
}

static int fix_var(struct repair *x, struct btf_type *t, __u32 id)
{
	if (btf_repair_is_extern(t))
		return 0;
	if (btf_var(t)->linkage > BTF_VAR_GLOBAL_EXTERN)
		btf_var(t)->linkage = BTF_VAR_GLOBAL_ALLOCATED;
	if (!has_size(x, t->type) || is_no_target(x, t->type))
		t->type = x->byte;
	return fix_name(x, &t->name_off, id, DOTTED);
}

static int fix_reference(struct repair *x, struct btf_type *t, __u32 id)
{
	if (is_no_target(x, t->type))
		t->type = 0;
	if (btf_is_typedef(t) || (btf_is_type_tag(t) && !t->name_off))
		return fix_name(x, &t->name_off, id, NEEDED);
	if (!btf_is_type_tag(t))
		t->name_off = 0;
	return 0;
}

static int fix_forward(struct repair *x, struct btf_type *t, __u32 id)
{
	t->type = 0;
	return fix_name(x, &t->name_off, id, NEEDED);
}

static int fix_type(struct repair *x, __u32 id)
{
	struct btf_type *t = type_of(x, id);

	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		return fix_int(t);
	case BTF_KIND_ARRAY:
		return fix_array(x, t);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return fix_struct(x, t, id);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return fix_enum(x, t, id);
	case BTF_KIND_FUNC_PROTO:
		return fix_proto(x, t, false);
	case BTF_KIND_FUNC:
		return fix_func(x, t, id);
	case BTF_KIND_VAR:
		return fix_var(x, t, id);
	case BTF_KIND_FWD:
		return fix_forward(x, t, id);
	case BTF_KIND_PTR:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return fix_reference(x, t, id);
	default:
		return 0;
	}
}

struct btf *btf_repair(const struct btf *btf, const struct reach *to)
{
	struct repair x = {
		.old = btf,
		.to = to,
		.btf = btf__new_empty(),
		.n = btf__type_cnt(btf),
	};
	int err = x.btf ? btf__set_pointer_size(x.btf, 8) : -ENOMEM;

	if (!err)
		err = btf_repair_copy(&x);
	for (__u32 id = 1; !err && id < x.n; id++)
		err = fix_type(&x, id);
	if (!err)
		return x.btf;
	btf__free(x.btf);
	return NULL;
}
