// SPDX-License-Identifier: GPL-2.0-or-later
/* Remove the parts that a program cannot reach from an object file. */
#include "object/reduce.h"

#include <stdlib.h>
#include <string.h>

#include "object/reach.h"

#define ALIGN	    8
#define EXT_SECTION ".BTF.ext"

/* ---- sections to keep ---- */

static bool begins(const char *name, const char *with)
{
	return !strncmp(name, with, strlen(with));
}

/* Is this a section from which libbpf makes maps, or one that only some programs need? */
static bool is_on_demand(const char *name)
{
	static const char *const kinds[] = {
		".data", ".rodata.", ".bss", ".maps", "maps", ".addr_space", ".jumptables",
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (begins(name, kinds[i]))
			return true;
	return false;
}

static bool is_struct_ops(const char *name)
{
	return begins(name[0] == '?' ? name + 1 : name, ".struct_ops");
}

bool reduce_keeps(const struct reach *to, unsigned int section)
{
	const struct elf_section *s = &to->elf->sections[section];

	if (s->header.sh_type != SHT_PROGBITS && s->header.sh_type != SHT_NOBITS)
		return false;
	if (s->header.sh_flags & SHF_EXECINSTR || is_on_demand(s->name))
		return to->sections[section];
	return s->header.sh_flags & SHF_ALLOC && !is_struct_ops(s->name);
}

static bool is_strings(const struct elf_file *e, unsigned int section)
{
	return section == e->header.e_shstrndx || section == e->sections[e->symtab].header.sh_link;
}

/* ---- the new file ---- */

struct output {
	const struct reach *to;
	const struct reduced *with;
	char *data;
	size_t size;
	Elf64_Shdr *headers;
	unsigned int n;
	bool failed;
};

/* Append data; returns its address, where the caller can change it. */
static char *put(struct output *o, const void *data, size_t size, Elf64_Shdr *h)
{
	size_t at = (o->size + ALIGN - 1) / ALIGN * ALIGN;
	char *grown = o->failed ? NULL : realloc(o->data, at + size + 1);

	if (!grown) {
		o->failed = true;
		return NULL;
	}
	o->data = grown;
	memset(o->data + o->size, 0, at - o->size);
	if (size)
		memcpy(o->data + at, data, size);
	o->size = at + size;
	if (h) {
		h->sh_offset = at;
		h->sh_size = size;
	}
	return o->data + at;
}

/* libbpf skips string tables, so turn the section into one. */
static void drop(Elf64_Shdr *h)
{
	*h = (Elf64_Shdr){ .sh_name = h->sh_name, .sh_type = SHT_STRTAB, .sh_addralign = 1 };
}

static void put_btf(struct output *o, Elf64_Shdr *h, const char *data, size_t size)
{
	if (!data) {
		drop(h);
		return;
	}
	h->sh_type = SHT_PROGBITS;
	h->sh_flags = 0;
	h->sh_entsize = 0;
	put(o, data, size, h);
}

/* Hide symbols that libbpf would take for programs or externs. */
static void hide_symbols(const struct reach *to, Elf64_Sym *symbols)
{
	const struct elf_file *e = to->elf;

	for (__u32 i = 1; i < e->n_symbols; i++) {
		Elf64_Sym s;

		memcpy(&s, &symbols[i], sizeof(s));
		if (to->symbols[i] ||
		    (ELF64_ST_TYPE(s.st_info) != STT_FUNC && !elf_is_extern(e, i)))
			continue;
		s.st_info = ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE);
		memcpy(&symbols[i], &s, sizeof(s));
	}
}

static void put_symbols(struct output *o, Elf64_Shdr *h, const struct elf_section *s)
{
	char *symbols = put(o, s->data, h->sh_size, h);

	if (symbols)
		hide_symbols(o->to, (Elf64_Sym *)symbols);
}

/* Relocations of a map give its initial contents. */
static bool is_unfilled(const struct output *o, unsigned int section, __u64 offset)
{
	const __u32 *item = elf_find(o->to->elf, section, offset);

	for (unsigned int i = 0; item && i < o->with->n_unfilled; i++)
		if (!elf_is_function(o->to->elf, *item) &&
		    !strcmp(elf_symbol_name(o->to->elf, *item), o->with->unfilled[i]))
			return true;
	return false;
}

static void put_relocations(struct output *o, Elf64_Shdr *h, const struct elf_section *s)
{
	unsigned int target = h->sh_info;
	Elf64_Rel rel;
	char *kept = malloc(h->sh_size + 1);
	size_t size = 0;

	if (!kept) {
		o->failed = true;
		return;
	}
	for (size_t at = 0; at + sizeof(rel) <= h->sh_size; at += sizeof(rel)) {
		memcpy(&rel, s->data + at, sizeof(rel));
		if (!reach_has_place(o->to, target, rel.r_offset) ||
		    is_unfilled(o, target, rel.r_offset))
			continue;
		memcpy(kept + size, &rel, sizeof(rel));
		size += sizeof(rel);
	}
	if (size)
		put(o, kept, size, h);
	else
		drop(h);
	free(kept);
}

static bool relocates(const struct output *o, const Elf64_Shdr *h)
{
	return h->sh_type == SHT_REL && h->sh_info < o->to->elf->n_sections &&
	       h->sh_entsize == sizeof(Elf64_Rel) && reduce_keeps(o->to, h->sh_info);
}

static void put_section(struct output *o, unsigned int section)
{
	const struct elf_section *s = &o->to->elf->sections[section];
	Elf64_Shdr *h = &o->headers[section];

	*h = s->header;
	if (!strcmp(s->name, ".BTF"))
		put_btf(o, h, o->with->btf, o->with->btf_size);
	else if (!strcmp(s->name, EXT_SECTION))
		put_btf(o, h, o->with->ext, o->with->ext_size);
	else if (section == o->to->elf->symtab)
		put_symbols(o, h, s);
	else if (s->data && relocates(o, h))
		put_relocations(o, h, s);
	else if (is_strings(o->to->elf, section) || reduce_keeps(o->to, section)) {
		if (s->data)
			put(o, s->data, h->sh_size, h);
	} else if (section)
		drop(h);
}

/* Append a name to the existing ones; returns its offset. */
static size_t add_name(struct output *o, const char *name)
{
	Elf64_Shdr *h = &o->headers[o->to->elf->header.e_shstrndx];
	size_t old = h->sh_size, size = strlen(name) + 1;
	char *names = malloc(old + size);

	if (!names || o->failed) {
		o->failed = true;
		free(names);
		return 0;
	}
	memcpy(names, o->data + h->sh_offset, old);
	memcpy(names + old, name, size);
	put(o, names, old + size, h);
	free(names);
	return old;
}

/* Add .BTF.ext to an object that has BTF but no such section. */
static void add_ext(struct output *o)
{
	Elf64_Shdr *h = &o->headers[o->n];

	if (!o->with->ext || elf_section_named(o->to->elf, EXT_SECTION))
		return;
	*h = (Elf64_Shdr){ .sh_name = add_name(o, EXT_SECTION), .sh_addralign = ALIGN };
	put_btf(o, h, o->with->ext, o->with->ext_size);
	o->n++;
}

static void put_headers(struct output *o)
{
	Elf64_Ehdr h = o->to->elf->header;
	char *at = put(o, o->headers, o->n * sizeof(*o->headers), NULL);

	if (!at)
		return;
	h.e_shoff = at - o->data;
	h.e_shnum = o->n;
	h.e_shentsize = sizeof(Elf64_Shdr);
	h.e_ehsize = sizeof(h);
	h.e_phoff = h.e_phnum = h.e_phentsize = 0;
	memcpy(o->data, &h, sizeof(h));
}

char *reduce(const struct reach *to, const struct reduced *with, size_t *size)
{
	struct output o = { .to = to, .with = with, .n = to->elf->n_sections };

	o.headers = calloc(o.n + 1, sizeof(*o.headers));
	if (!o.headers)
		return NULL;
	put(&o, &to->elf->header, sizeof(to->elf->header), NULL);
	for (unsigned int i = 0; i < to->elf->n_sections; i++)
		put_section(&o, i);
	if (with->section)
		o.headers[with->section].sh_name = add_name(&o, with->section_name);
	add_ext(&o);
	put_headers(&o);
	free(o.headers);
	if (o.failed) {
		free(o.data);
		return NULL;
	}
	*size = o.size;
	return o.data;
}
