/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ELF side of a BPF object file: its sections, functions and maps, and their
 * references.
 *
 *	elf_read() -> elf_find(), elf_refs() -> elf_free()
 *
 * Only files that can be loaded here are read: 64-bit relocatable files for BPF in
 * this machine's byte order.  Every byte may be hostile.
 */
#ifndef XM_ELF_H
#define XM_ELF_H

#include <stdbool.h>
#include <stddef.h>

#include <libelf.h>
#include <linux/types.h>

#include "model/report.h"

struct elf_section {
	const char *name;
	Elf64_Shdr header;
	const char *data; /* NULL if the section has none */
};

/* struct elf_ref - a relocation: what the bytes at a place refer to */
struct elf_ref {
	__u32 section;
	__u32 symbol;
	__u64 offset;
};

/*
 * struct elf_file - an object file
 * @sections, @n_sections: by index; the first is empty
 * @symbols, @n_symbols, @symtab: the symbols, and the index of their section
 * @items, @n_items: symbols of functions and of maps, by section and offset
 * @refs, @n_refs: relocations of functions and maps, by section and offset
 */
struct elf_file {
	Elf *elf;
	Elf64_Ehdr header;
	struct elf_section *sections;
	unsigned int n_sections;
	const Elf64_Sym *symbols;
	unsigned int n_symbols;
	unsigned int symtab;
	__u32 *items;
	unsigned int n_items;
	struct elf_ref *refs;
	unsigned int n_refs;
};

/*
 * elf_read() - read the object file that @bytes hold
 *
 * The bytes must live as long as @e, whose pointers lead into them or to memory of
 * libelf.  Fails with STATUS_NOT_TRIED and a sentence that names @file.
 */
int elf_read(struct elf_file *e, char *bytes, size_t size, const char *file, struct report *r);
void elf_free(struct elf_file *e);

/* elf_symbol_name() - the name of a symbol, "" if it has none */
const char *elf_symbol_name(const struct elf_file *e, __u32 symbol);

/* elf_section_named() - the index of the section with this name, or 0 */
unsigned int elf_section_named(const struct elf_file *e, const char *name);

/* elf_is_code(), elf_is_function(), elf_is_extern() */
bool elf_is_code(const struct elf_file *e, unsigned int section);
bool elf_is_function(const struct elf_file *e, __u32 symbol);
bool elf_is_extern(const struct elf_file *e, __u32 symbol);

/* elf_find() - the function or map at this place, in @e->items; if it has several
 * symbols, the last one.  NULL for none. */
const __u32 *elf_find(const struct elf_file *e, unsigned int section, __u64 offset);

/* elf_refs() - the first relocation at or after a place; relocations are sorted by
 * place.  @e->refs + @e->n_refs if there is none. */
const struct elf_ref *elf_refs(const struct elf_file *e, unsigned int section, __u64 offset);

#endif
