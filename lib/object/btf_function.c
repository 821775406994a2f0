// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions in BTF. */
#include "object/btf_function.h"

#include <errno.h>
#include <stdio.h>

#include <bpf/btf.h>

#include "object/btf_name.h"

static int find_or_add_ctx(struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, "xdp_md", BTF_KIND_STRUCT);

	if (id < 0)
		id = btf__add_struct(btf, "xdp_md", 0);
	return id < 0 ? id : btf__add_ptr(btf, id);
}

int btf_function_fix_prototype(struct btf *btf, __u32 func)
{
	int ctx = find_or_add_ctx(btf);
	int ret = btf__add_int(btf, "int", sizeof(int), BTF_INT_SIGNED);
	int proto = btf__add_func_proto(btf, ret);
	struct btf_type *t;

	if (ctx < 0 || ret < 0 || proto < 0 || btf__add_func_param(btf, "ctx", ctx))
		return -ENOMEM;
	t = (struct btf_type *)btf__type_by_id(btf, func);
	t->type = proto;
	t->info = BTF_KIND_FUNC << 24 | BTF_FUNC_GLOBAL;
	return 0;
}

int btf_function_add(struct btf *btf, const char *symbol)
{
	int ret = btf__add_int(btf, "int", sizeof(int), BTF_INT_SIGNED);
	int proto = btf__add_func_proto(btf, ret);
	char name[256];

	snprintf(name, sizeof(name), "%s", symbol);
	btf_name_fix(name, sizeof(name), btf__type_cnt(btf));
	return ret < 0 || proto < 0 ? -ENOMEM : btf__add_func(btf, name, BTF_FUNC_STATIC, proto);
}

void btf_function_fix_linkage(struct btf *btf, __u32 id, const Elf64_Sym *s)
{
	struct btf_type *t = (struct btf_type *)btf__type_by_id(btf, id);

	if (ELF64_ST_VISIBILITY(s->st_other) == STV_HIDDEN ||
	    ELF64_ST_VISIBILITY(s->st_other) == STV_INTERNAL || btf_vlen(t) > BTF_FUNC_GLOBAL)
		t->info = BTF_KIND_FUNC << 24 | BTF_FUNC_STATIC;
}
