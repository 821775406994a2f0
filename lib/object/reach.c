// SPDX-License-Identifier: GPL-2.0-or-later
/* Find the parts of an object file that a program can reach. */
#include "object/reach.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/bpf.h>

/* The walk: symbols that are reached but not yet processed. */
struct walk {
	struct reach *to;
	__u32 first;
	__u32 *todo;
	unsigned int n;
};

static void mark(struct walk *w, __u32 symbol)
{
	const struct elf_file *e = w->to->elf;

	if (!symbol || w->to->symbols[symbol])
		return;
	w->to->symbols[symbol] = true;
	if (!elf_is_extern(e, symbol)) {
		w->to->sections[e->symbols[symbol].st_shndx] = true;
		w->todo[w->n++] = symbol;
	}
}

/* Find the function or map at a place.  If it has several symbols, prefer one that
 * was already reached. */
static __u32 symbol_at(const struct reach *to, unsigned int section, __u64 offset)
{
	const struct elf_file *e = to->elf;
	const __u32 *item = elf_find(e, section, offset);

	for (const __u32 *i = item; i && i >= e->items; i--) {
		if (e->symbols[*i].st_shndx != section ||
		    e->symbols[*i].st_value != e->symbols[*item].st_value)
			break;
		if (to->symbols[*i])
			return *i;
	}
	return item ? *item : 0;
}

/* Mark the function or map at a place in a section, else the section's variables. */
static void mark_place(struct walk *w, unsigned int section, __u64 offset)
{
	__u32 symbol;

	if (!section || section >= w->to->elf->n_sections)
		return;
	symbol = symbol_at(w->to, section, offset);
	if (symbol)
		mark(w, symbol);
	else
		w->to->sections[section] = true;
}

/* Mark the target of a relocation, @more bytes after the symbol. */
static void mark_target(struct walk *w, __u32 symbol, __u64 more)
{
	const struct elf_file *e = w->to->elf;
	const Elf64_Sym *s = &e->symbols[symbol];

	if (elf_is_extern(e, symbol))
		mark(w, symbol);
	else
		mark_place(w, s->st_shndx, s->st_value + more);
}

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL;
}

static __u64 in_bytes(__s64 insns)
{
	return insns * sizeof(struct bpf_insn);
}

/* A call has an offset in instructions from the next one, an address one in bytes. */
static void follow_insn(struct walk *w, const struct elf_ref *ref, const struct bpf_insn *insn,
			unsigned int section, __u64 at)
{
	const struct elf_file *e = w->to->elf;

	if (!ref) {
		if (is_call(insn))
			mark_place(w, section, at + in_bytes(insn->imm + 1LL));
		return;
	}
	if (is_call(insn))
		mark_target(w, ref->symbol, in_bytes(insn->imm + 1LL));
	else if (elf_is_code(e, e->symbols[ref->symbol].st_shndx))
		mark_target(w, ref->symbol, insn->imm);
	else
		mark_target(w, ref->symbol, 0);
}

static void follow_function(struct walk *w, const Elf64_Sym *s)
{
	const struct elf_file *e = w->to->elf;
	const struct elf_ref *ref = elf_refs(e, s->st_shndx, s->st_value);
	const struct elf_ref *end = e->refs + e->n_refs;
	struct bpf_insn insn;

	for (__u64 at = s->st_value; at < s->st_value + s->st_size; at += sizeof(insn)) {
		bool refers;

		while (ref < end && ref->section == s->st_shndx && ref->offset < at)
			ref++;
		refers = ref < end && ref->section == s->st_shndx && ref->offset == at;
		memcpy(&insn, e->sections[s->st_shndx].data + at, sizeof(insn));
		follow_insn(w, refers ? ref : NULL, &insn, s->st_shndx, at);
	}
}

/* Mark the programs and maps that the map initially holds. */
static void follow_map(struct walk *w, const Elf64_Sym *s)
{
	const struct elf_file *e = w->to->elf;
	const struct elf_ref *end = e->refs + e->n_refs;

	for (const struct elf_ref *ref = elf_refs(e, s->st_shndx, s->st_value);
	     ref < end && ref->section == s->st_shndx && ref->offset - s->st_value < s->st_size;
	     ref++) {
		const Elf64_Sym *is = &e->symbols[ref->symbol];

		mark_target(w, ref->symbol, 0);
		w->to->itself |= symbol_at(w->to, is->st_shndx, is->st_value) == w->first;
	}
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int collect_names(struct reach *to)
{
	const struct elf_file *e = to->elf;
	unsigned int n = 0;

	for (__u32 i = 1; i < e->n_symbols; i++)
		n += to->symbols[i] && !elf_is_function(e, i);
	to->names = calloc(n + 1, sizeof(*to->names));
	if (!to->names)
		return -ENOMEM;
	for (__u32 i = 1; i < e->n_symbols; i++)
		if (to->symbols[i] && !elf_is_function(e, i))
			to->names[to->n_names++] = elf_symbol_name(e, i);
	qsort(to->names, to->n_names, sizeof(*to->names), compare_names);
	return 0;
}

int reach_from(struct reach *to, const struct elf_file *e, __u32 function)
{
	struct walk w = { .to = to, .first = function };

	*to = (struct reach){ .elf = e };
	to->symbols = calloc(e->n_symbols, sizeof(*to->symbols));
	to->sections = calloc(e->n_sections, sizeof(*to->sections));
	w.todo = calloc(e->n_symbols, sizeof(*w.todo));
	if (!to->symbols || !to->sections || !w.todo) {
		free(w.todo);
		return -ENOMEM;
	}
	mark(&w, function);
	while (w.n) {
		__u32 symbol = w.todo[--w.n];

		if (elf_is_function(e, symbol))
			follow_function(&w, &e->symbols[symbol]);
		else
			follow_map(&w, &e->symbols[symbol]);
	}
	free(w.todo);
	return collect_names(to);
}

void reach_free(struct reach *to)
{
	free(to->symbols);
	free(to->sections);
	free(to->names);
	memset(to, 0, sizeof(*to));
}

bool reach_has_place(const struct reach *to, unsigned int section, __u64 offset)
{
	__u32 symbol = symbol_at(to, section, offset);

	return symbol && to->symbols[symbol];
}

bool reach_has_name(const struct reach *to, const char *name)
{
	return bsearch(&name, to->names, to->n_names, sizeof(*to->names), compare_names);
}

bool reach_has_prefix(const struct reach *to, const char *prefix)
{
	for (unsigned int i = 0; i < to->n_names; i++)
		if (!strncmp(to->names[i], prefix, strlen(prefix)))
			return true;
	return false;
}
