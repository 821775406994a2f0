// SPDX-License-Identifier: GPL-2.0-or-later
/* The ELF side of a BPF object file. */
#include "object/elf.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <gelf.h>
#include <linux/bpf.h>

#define MAPS_SECTION ".maps"
#define NATIVE	     (__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB)

static int unfit(const char *file, const char *why, struct report *r)
{
	return report_fail(r, STATUS_NOT_TRIED, EINVAL, "\"%s\" is not a BPF object file: %s", file,
			   why);
}

/* Old compilers do not set the machine. */
static const char *wrong_header(const Elf64_Ehdr *h)
{
	if (h->e_ident[EI_DATA] != NATIVE)
		return "its byte order is wrong";
	if (h->e_type != ET_REL || (h->e_machine != EM_NONE && h->e_machine != EM_BPF))
		return "it is for another machine";
	return NULL;
}

static bool has_data(const Elf64_Shdr *h)
{
	return h->sh_type != SHT_NOBITS && h->sh_type != SHT_NULL;
}

static bool read_section(struct elf_file *e, Elf_Scn *scn, size_t names)
{
	struct elf_section *s = &e->sections[elf_ndxscn(scn)];
	GElf_Shdr *h = gelf_getshdr(scn, &s->header);
	const Elf_Data *data;

	if (!h)
		return false;
	s->name = elf_strptr(e->elf, names, h->sh_name);
	if (!s->name)
		return false;
	if (!has_data(h) || !h->sh_size)
		return true;
	data = elf_rawdata(scn, NULL);
	if (!data || !data->d_buf || data->d_size != h->sh_size)
		return false;
	s->data = data->d_buf;
	return true;
}

static const char *read_sections(struct elf_file *e)
{
	Elf_Scn *scn = NULL;
	size_t n, names;

	if (elf_getshdrnum(e->elf, &n) || elf_getshdrstrndx(e->elf, &names) || n >= SHN_LORESERVE)
		return "it has no sections";
	e->sections = calloc(n + 1, sizeof(*e->sections));
	if (!e->sections)
		return strerror(ENOMEM);
	e->n_sections = n;
	for (unsigned int i = 0; i < n; i++)
		e->sections[i].name = "";
	while ((scn = elf_nextscn(e->elf, scn)))
		if (elf_ndxscn(scn) >= n || !read_section(e, scn, names))
			return "it is truncated or damaged";
	return NULL;
}

static const char *read_symbols(struct elf_file *e)
{
	for (unsigned int i = 1; i < e->n_sections; i++) {
		const struct elf_section *s = &e->sections[i];

		if (s->header.sh_type != SHT_SYMTAB)
			continue;
		if (e->symtab)
			return "it has several symbol tables";
		if (!s->data || s->header.sh_entsize != sizeof(Elf64_Sym) ||
		    (unsigned long)s->data % _Alignof(Elf64_Sym))
			return "its symbol table is damaged";
		e->symtab = i;
		e->symbols = (const Elf64_Sym *)s->data;
		e->n_symbols = s->header.sh_size / sizeof(Elf64_Sym);
	}
	return e->symtab ? NULL : "it has no symbol table";
}

/* ---- functions, maps, and their references ---- */

bool elf_is_code(const struct elf_file *e, unsigned int section)
{
	return section && section < e->n_sections && e->sections[section].data &&
	       e->sections[section].header.sh_type == SHT_PROGBITS &&
	       e->sections[section].header.sh_flags & SHF_EXECINSTR;
}

/* A function must lie inside its section and have whole instructions. */
bool elf_is_function(const struct elf_file *e, __u32 symbol)
{
	const Elf64_Sym *s = &e->symbols[symbol];
	__u64 size;

	if (ELF64_ST_TYPE(s->st_info) != STT_FUNC || !elf_is_code(e, s->st_shndx))
		return false;
	size = e->sections[s->st_shndx].header.sh_size;
	return s->st_size && s->st_size <= size && s->st_value <= size - s->st_size &&
	       !(s->st_size % sizeof(struct bpf_insn)) && !(s->st_value % sizeof(struct bpf_insn));
}

static bool is_map(const struct elf_file *e, __u32 symbol)
{
	const Elf64_Sym *s = &e->symbols[symbol];

	return ELF64_ST_TYPE(s->st_info) == STT_OBJECT && s->st_shndx &&
	       s->st_shndx < e->n_sections && s->st_size &&
	       !strcmp(e->sections[s->st_shndx].name, MAPS_SECTION);
}

bool elf_is_extern(const struct elf_file *e, __u32 symbol)
{
	const Elf64_Sym *s = &e->symbols[symbol];

	return symbol && s->st_shndx == SHN_UNDEF && ELF64_ST_BIND(s->st_info) != STB_LOCAL;
}

static int by_place(const void *a, const void *b, void *arg)
{
	const Elf64_Sym *symbols = arg;
	const Elf64_Sym *x = &symbols[*(const __u32 *)a], *y = &symbols[*(const __u32 *)b];

	if (x->st_shndx != y->st_shndx)
		return x->st_shndx < y->st_shndx ? -1 : 1;
	return x->st_value < y->st_value ? -1 : x->st_value > y->st_value;
}

static const char *collect_items(struct elf_file *e)
{
	e->items = calloc(e->n_symbols + 1, sizeof(*e->items));
	if (!e->items)
		return strerror(ENOMEM);
	for (__u32 i = 1; i < e->n_symbols; i++)
		if (elf_is_function(e, i) || is_map(e, i))
			e->items[e->n_items++] = i;
	qsort_r(e->items, e->n_items, sizeof(*e->items), by_place, (void *)e->symbols);
	return NULL;
}

static bool is_relocation(const struct elf_file *e, unsigned int section)
{
	const struct elf_section *s = &e->sections[section];

	return s->header.sh_type == SHT_REL && s->data &&
	       s->header.sh_entsize == sizeof(Elf64_Rel) && s->header.sh_info < e->n_sections &&
	       (elf_is_code(e, s->header.sh_info) ||
		!strcmp(e->sections[s->header.sh_info].name, MAPS_SECTION));
}

static void add_refs(struct elf_file *e, const struct elf_section *s)
{
	for (__u64 at = 0; at + sizeof(Elf64_Rel) <= s->header.sh_size; at += sizeof(Elf64_Rel)) {
		Elf64_Rel rel;

		memcpy(&rel, s->data + at, sizeof(rel));
		if (ELF64_R_SYM(rel.r_info) < e->n_symbols)
			e->refs[e->n_refs++] = (struct elf_ref){ .section = s->header.sh_info,
								 .symbol = ELF64_R_SYM(rel.r_info),
								 .offset = rel.r_offset };
	}
}

static int compare_refs(const void *a, const void *b)
{
	const struct elf_ref *x = a, *y = b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static const char *collect_refs(struct elf_file *e)
{
	__u64 n = 0;

	for (unsigned int i = 1; i < e->n_sections; i++)
		if (is_relocation(e, i))
			n += e->sections[i].header.sh_size / sizeof(Elf64_Rel);
	e->refs = calloc(n + 1, sizeof(*e->refs));
	if (!e->refs)
		return strerror(ENOMEM);
	for (unsigned int i = 1; i < e->n_sections; i++)
		if (is_relocation(e, i))
			add_refs(e, &e->sections[i]);
	qsort(e->refs, e->n_refs, sizeof(*e->refs), compare_refs);
	return NULL;
}

/* ---- the whole ---- */

static const char *read_all(struct elf_file *e, char *bytes, size_t size)
{
	const char *why;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return "libelf is too old";
	e->elf = elf_memory(bytes, size);
	if (!e->elf || elf_kind(e->elf) != ELF_K_ELF || gelf_getclass(e->elf) != ELFCLASS64 ||
	    !gelf_getehdr(e->elf, &e->header))
		return "it is not a 64-bit ELF file";
	why = wrong_header(&e->header);
	if (!why)
		why = read_sections(e);
	if (!why)
		why = read_symbols(e);
	if (!why)
		why = collect_items(e);
	return why ? why : collect_refs(e);
}

int elf_read(struct elf_file *e, char *bytes, size_t size, const char *file, struct report *r)
{
	const char *why;

	memset(e, 0, sizeof(*e));
	why = read_all(e, bytes, size);
	return why ? unfit(file, why, r) : 0;
}

void elf_free(struct elf_file *e)
{
	free(e->sections);
	free(e->items);
	free(e->refs);
	elf_end(e->elf);
	memset(e, 0, sizeof(*e));
}

const char *elf_symbol_name(const struct elf_file *e, __u32 symbol)
{
	const char *name = elf_strptr(e->elf, e->sections[e->symtab].header.sh_link,
				      e->symbols[symbol].st_name);

	return name ? name : "";
}

unsigned int elf_section_named(const struct elf_file *e, const char *name)
{
	for (unsigned int i = 1; i < e->n_sections; i++)
		if (!strcmp(e->sections[i].name, name))
			return i;
	return 0;
}

/* Find the last item that begins at or before the place. */
const __u32 *elf_find(const struct elf_file *e, unsigned int section, __u64 offset)
{
	unsigned int low = 0, high = e->n_items;
	const Elf64_Sym *s;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		s = &e->symbols[e->items[middle]];
		if (s->st_shndx < section || (s->st_shndx == section && s->st_value <= offset))
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	s = &e->symbols[e->items[low - 1]];
	return s->st_shndx == section && offset - s->st_value < s->st_size ? &e->items[low - 1]
									   : NULL;
}

const struct elf_ref *elf_refs(const struct elf_file *e, unsigned int section, __u64 offset)
{
	const struct elf_ref wanted = { .section = section, .offset = offset };
	unsigned int low = 0, high = e->n_refs;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (compare_refs(&e->refs[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return &e->refs[low];
}
