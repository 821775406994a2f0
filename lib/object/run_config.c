// SPDX-License-Identifier: GPL-2.0-or-later
/* .xdp_run_config. */
#include "object/run_config.h"

#include <string.h>

#include <bpf/btf.h>

#include "model/chain.h"

#define SECTION ".xdp_run_config"

static const struct btf_type *resolve(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	for (int depth = 0; t && depth < 32; depth++) {
		if (!btf_is_mod(t) && !btf_is_typedef(t))
			return t;
		t = btf__type_by_id(btf, t->type);
	}
	return NULL;
}

static const char *name_of(const struct btf *btf, __u32 offset)
{
	const char *name = btf__name_by_offset(btf, offset);

	return name ? name : "";
}

/* The struct behind the variable "_FUNCTION", or NULL. */
static const struct btf_type *find_config(const struct btf *btf, const char *function)
{
	int id = btf__find_by_name_kind(btf, SECTION, BTF_KIND_DATASEC);
	const struct btf_type *sec = id > 0 ? btf__type_by_id(btf, id) : NULL;
	const struct btf_var_secinfo *info;

	if (!sec)
		return NULL;
	info = btf_var_secinfos(sec);
	for (unsigned int i = 0; i < btf_vlen(sec); i++) {
		const struct btf_type *var = btf__type_by_id(btf, info[i].type);
		const char *name = var ? name_of(btf, var->name_off) : "";

		if (var && btf_is_var(var) && name[0] == '_' && !strcmp(name + 1, function))
			return resolve(btf, var->type);
	}
	return NULL;
}

/* A number is the element count of an array behind a pointer. */
static bool member_value(const struct btf *btf, __u32 type, __u32 *value)
{
	const struct btf_type *t = resolve(btf, type);

	if (!t || !btf_is_ptr(t))
		return false;
	t = resolve(btf, t->type);
	if (!t || !btf_is_array(t))
		return false;
	*value = btf_array(t)->nelems;
	return true;
}

static int verdict_of(const char *member)
{
	static const char *const names[N_VERDICTS] = {
		"XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX", "XDP_REDIRECT",
	};

	for (int v = 0; v < N_VERDICTS; v++)
		if (!strcmp(member, names[v]))
			return v;
	return -1;
}

void run_config_read(const struct btf *btf, const char *function, __u32 *prio, __u32 *proceed_on,
		     struct report *r)
{
	const struct btf_type *config = find_config(btf, function);
	const struct btf_member *m;

	if (!config || !btf_is_struct(config))
		return;
	m = btf_members(config);
	for (unsigned int i = 0; i < btf_vlen(config); i++) {
		const char *name = name_of(btf, m[i].name_off);
		int verdict = verdict_of(name);
		__u32 value;

		if (!member_value(btf, m[i].type, &value))
			continue;
		if (!strcmp(name, "priority"))
			*prio = value;
		else if (verdict >= 0 && value)
			*proceed_on |= VERDICT_BIT(verdict);
		else if (verdict >= 0)
			*proceed_on &= ~VERDICT_BIT(verdict);
		else
			report_warn(
				r,
				"%s has the member \"%s\", which libxdp does not know: libxdp will not read this chain",
				SECTION, name);
	}
}
