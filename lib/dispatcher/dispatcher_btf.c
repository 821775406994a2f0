// SPDX-License-Identifier: GPL-2.0-or-later
/* The dispatcher's type information. */
#include "dispatcher/dispatcher_btf.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#define VERSION_SECTION	 "xdp_metadata"
#define VERSION_VARIABLE "dispatcher_version"

/* Types that several others are made of. */
struct basics {
	int u8, u16, u32, sint;
	int words; /* __u32[XDP_DISPATCHER_SLOTS] */
};

struct member {
	const char *name;
	int type;
	size_t offset;
};

static int add_struct(struct btf *btf, const char *name, size_t size, const struct member *m,
		      size_t n)
{
	int id = btf__add_struct(btf, name, size);

	for (size_t i = 0; id > 0 && i < n; i++)
		if (btf__add_field(btf, m[i].name, m[i].type, m[i].offset * 8, 0))
			return -1;
	return id;
}

#define ADD_STRUCT(btf, name, size, members) \
	add_struct(btf, name, size, members, sizeof(members) / sizeof((members)[0]))

static void add_basics(struct btf *btf, struct basics *b)
{
	b->u8 = btf__add_int(btf, "unsigned char", 1, 0);
	b->u16 = btf__add_int(btf, "unsigned short", 2, 0);
	b->u32 = btf__add_int(btf, "unsigned int", 4, 0);
	b->sint = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	b->words = btf__add_array(btf, b->u32, b->u32, XDP_DISPATCHER_SLOTS);
}

static int add_libxdp_config(struct btf *btf, const struct basics *b, const struct format *f)
{
	int pad = btf__add_array(btf, b->u32, b->u8, 3);
#define AT(field) offsetof(struct xdp_dispatcher_v3, field)
	const struct member m[] = {
		{ "magic", b->u8, AT(v2.magic) },
		{ "dispatcher_version", b->u8, AT(v2.dispatcher_version) },
		{ "num_progs_enabled", b->u8, AT(v2.num_progs_enabled) },
		{ "is_xdp_frags", b->u8, AT(v2.is_xdp_frags) },
		{ "chain_call_actions", b->words, AT(v2.chain_call_actions) },
		{ "run_prios", b->words, AT(v2.run_prios) },
		{ "program_flags", b->words, AT(v2.program_flags) },
		{ "is_xdp_devbound", b->u8, AT(is_xdp_devbound) },
		{ "pad", pad, AT(pad) },
	};
#undef AT

	if (!f->says_devbound)
		return add_struct(btf, "xdp_dispatcher_config", sizeof(struct xdp_dispatcher_v2), m,
				  7);
	return add_struct(btf, "xdp_dispatcher_config", sizeof(struct xdp_dispatcher_v3), m, 9);
}

static int add_extended_config(struct btf *btf, const struct basics *b, unsigned int n)
{
	int next = btf__add_array(btf, b->u32, b->u8, XDP_MULTI_VERDICTS);
#define AT(field) offsetof(struct xdp_multi_slot, field)
	const struct member slot[] = {
		{ "run_prio", b->u32, AT(run_prio) },
		{ "program_flags", b->u32, AT(program_flags) },
		{ "flags", b->u16, AT(flags) },
		{ "next", next, AT(next) },
		{ "gotos", b->u8, AT(gotos) },
	};
#undef AT
	int slot_type = ADD_STRUCT(btf, "xdp_multi_slot", sizeof(struct xdp_multi_slot), slot);
	int slots = btf__add_array(btf, b->u32, slot_type, n);
#define AT(field) offsetof(struct xdp_multi_config, field)
	const struct member m[] = {
		{ "magic", b->u8, AT(magic) },
		{ "dispatcher_version", b->u8, AT(dispatcher_version) },
		{ "num_slots", b->u16, AT(num_slots) },
		{ "flags", b->u32, AT(flags) },
		{ "slots", slots, AT(slots) },
	};
#undef AT

	return ADD_STRUCT(btf, "xdp_multi_config",
			  sizeof(struct xdp_multi_config) + n * sizeof(struct xdp_multi_slot), m);
}

/* int NAME(struct xdp_md *ctx) for main and for the stub of each entry that is
 * called; a disabled one has none. */
static int add_functions(struct btf *btf, const struct basics *b, const struct chain *c,
			 __u32 *func)
{
	int md = btf__add_struct(btf, "xdp_md", 0);
	int ptr = btf__add_ptr(btf, md);
	int proto = btf__add_func_proto(btf, b->sint);
	char name[16];
	int id;

	if (btf__add_func_param(btf, "ctx", ptr))
		return -1;
	id = btf__add_func(btf, XDP_DISPATCHER_NAME, BTF_FUNC_GLOBAL, proto);
	func[0] = id;
	for (unsigned int i = 0; id > 0 && i < c->n; i++) {
		func[1 + i] = 0;
		if (c->entries[i].disabled)
			continue;
		snprintf(name, sizeof(name), "prog%u", i);
		id = btf__add_func(btf, name, BTF_FUNC_GLOBAL, proto);
		func[1 + i] = id;
	}
	return id < 0 ? -1 : 0;
}

/* libxdp's way to write a number: the element count of an array behind a
 * pointer.  Elements of one byte, so that the kernel takes large counts. */
static int add_version(struct btf *btf, const struct basics *b, unsigned int version)
{
	int array = btf__add_array(btf, b->u32, b->u8, version);
	int ptr = btf__add_ptr(btf, array);
	int var = btf__add_var(btf, VERSION_VARIABLE, BTF_VAR_GLOBAL_ALLOCATED, ptr);

	if (btf__add_datasec(btf, VERSION_SECTION, sizeof(void *)) < 0)
		return -1;
	return btf__add_datasec_var_info(btf, var, 0, sizeof(void *));
}

static int add_label(const char *ident, void *btf)
{
	return btf__add_enum_value(btf, ident, 0);
}

/* The namespace first. */
static int add_chain_labels(struct btf *btf, const struct chain *c)
{
	char name[32];

	if (!c->netns && !*c->owner)
		return 0;
	if (btf__add_enum(btf, LABEL_CHAIN_ENUM, sizeof(__u32)) < 0)
		return -1;
	snprintf(name, sizeof(name), LABEL_NETNS_PREFIX "%llu", (unsigned long long)c->netns);
	if (c->netns && add_label(name, btf))
		return -1;
	return label_write_owner(c->owner, add_label, btf);
}

static int add_labels(struct btf *btf, const struct chain *c)
{
	char name[32];

	if (add_chain_labels(btf, c))
		return -1;
	for (unsigned int i = 0; i < c->n; i++) {
		snprintf(name, sizeof(name), LABEL_ENUM_PREFIX "%u", i);
		if (btf__add_enum(btf, name, sizeof(__u32)) < 0)
			return -1;
		if (label_write(&c->entries[i], add_label, btf))
			return -1;
	}
	return 0;
}

struct btf *dispatcher_btf_make(const struct chain *c, struct dispatcher_types *types)
{
	const struct format *f = format_of(c->format);
	struct btf *btf = btf__new_empty();
	struct basics b;
	int value;

	if (!btf)
		return NULL;
	add_basics(btf, &b);
	value = f->since ? add_libxdp_config(btf, &b, f) : add_extended_config(btf, &b, c->n);
	if (value < 0 || add_functions(btf, &b, c, types->func) ||
	    add_version(btf, &b, f->version) || add_labels(btf, c)) {
		btf__free(btf);
		errno = ENOMEM;
		return NULL;
	}
	types->key = b.u32;
	types->value = value;
	return btf;
}

unsigned int dispatcher_btf_version(const struct btf *btf)
{
	const struct btf_var_secinfo *info;
	const struct btf_type *t;
	int id;

	id = btf__find_by_name_kind(btf, VERSION_SECTION, BTF_KIND_DATASEC);
	t = id > 0 ? btf__type_by_id(btf, id) : NULL;
	if (!t)
		return 0;
	info = btf_var_secinfos(t);
	for (unsigned int i = 0; i < btf_vlen(t); i++) {
		const struct btf_type *var = btf__type_by_id(btf, info[i].type);
		const struct btf_type *ptr, *array;
		const char *name;

		if (!var || !btf_is_var(var))
			continue;
		name = btf__name_by_offset(btf, var->name_off);
		if (!name || strcmp(name, VERSION_VARIABLE))
			continue;
		ptr = btf__type_by_id(btf, var->type);
		array = ptr && btf_is_ptr(ptr) ? btf__type_by_id(btf, ptr->type) : NULL;
		return array && btf_is_array(array) ? btf_array(array)->nelems : 0;
	}
	return 0;
}

/* "prefix" and a number below @n, nothing else */
static int numbered(const char *name, const char *prefix, unsigned int n)
{
	size_t len = strlen(prefix);
	char again[64];
	unsigned long i;

	if (strncmp(name, prefix, len))
		return -1;
	i = strtoul(name + len, NULL, 10);
	snprintf(again, sizeof(again), "%s%lu", prefix, i);
	return i < n && !strcmp(name, again) ? (int)i : -1;
}

void dispatcher_btf_labels(const struct btf *btf, const struct dispatcher_view *v,
			   unsigned int slot, struct labels *l)
{
	const struct btf_type *t = btf__type_by_id(btf, v->labels[slot]);
	const struct btf_enum *e = btf_enum(t);

	labels_clear(l);
	for (unsigned int i = 0; i < btf_vlen(t); i++) {
		const char *ident = btf__name_by_offset(btf, e[i].name_off);

		if (ident)
			label_read(l, ident);
	}
}

static __u64 read_netns(const struct btf *btf, const struct btf_type *t)
{
	const char *ident = btf_vlen(t) ? btf__name_by_offset(btf, btf_enum(t)->name_off) : NULL;
	size_t len = strlen(LABEL_NETNS_PREFIX);
	unsigned long long cookie;
	char again[32];

	if (!ident || strncmp(ident, LABEL_NETNS_PREFIX, len))
		return 0;
	cookie = strtoull(ident + len, NULL, 10);
	snprintf(again, sizeof(again), "%llu", cookie);
	return strcmp(ident + len, again) ? 0 : cookie;
}

static void read_owner(const struct btf *btf, const struct btf_type *t, char *owner)
{
	const struct btf_enum *e = btf_enum(t);

	*owner = '\0';
	for (unsigned int i = 0; i < btf_vlen(t); i++) {
		const char *ident = btf__name_by_offset(btf, e[i].name_off);

		if (ident)
			label_read_owner(owner, ident);
	}
}

__u64 dispatcher_btf_netns(const struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, LABEL_CHAIN_ENUM, BTF_KIND_ENUM);

	return id > 0 ? read_netns(btf, btf__type_by_id(btf, id)) : 0;
}

void dispatcher_btf_read(const struct btf *btf, struct dispatcher_view *v)
{
	unsigned int n = v->chain.n;

	v->chain.netns = dispatcher_btf_netns(btf);
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *name = btf__name_by_offset(btf, t->name_off);
		int slot;

		if (!name)
			continue;
		if (btf_is_func(t)) {
			slot = numbered(name, "prog", n);
			if (slot >= 0)
				v->func[1 + slot] = id;
			else if (!strcmp(name, XDP_DISPATCHER_NAME))
				v->func[0] = id;
		} else if (btf_is_enum(t)) {
			slot = numbered(name, LABEL_ENUM_PREFIX, n);
			if (!strcmp(name, LABEL_CHAIN_ENUM))
				read_owner(btf, t, v->chain.owner);
			if (slot < 0)
				continue;
			v->labels[slot] = id;
			v->ours = true;
		}
	}
}
