// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The programs that an object file puts into its maps of tail calls.
 *
 * libbpf fills such a map also when it is one that runs already.  What it shall put
 * there are relocations of the section .maps; without them the map stays as it is.
 */
#include "object/object_internal.h"

#include <string.h>

#include <gelf.h>

#define MAPS_SECTION ".maps"

/* struct file_view - an object file in memory, of this machine's byte order */
struct file_view {
	char *bytes;
	size_t size;
	Elf *elf;
	size_t names;
};

static Elf_Scn *find_section(const struct file_view *f, const char *wanted, GElf_Shdr *header)
{
	Elf_Scn *s = NULL;

	while ((s = elf_nextscn(f->elf, s))) {
		const char *name = NULL;

		if (gelf_getshdr(s, header))
			name = elf_strptr(f->elf, f->names, header->sh_name);
		if (name && !strcmp(name, wanted))
			return s;
	}
	return NULL;
}

/* Where in the section .maps the map of this name is. */
static bool find_map(const struct file_view *f, const char *wanted, size_t maps, GElf_Sym *sym)
{
	GElf_Shdr header;
	Elf_Scn *s = find_section(f, ".symtab", &header);
	Elf_Data *data = s ? elf_getdata(s, NULL) : NULL;

	for (int i = 0; data && gelf_getsym(data, i, sym); i++) {
		const char *name = elf_strptr(f->elf, header.sh_link, sym->st_name);

		if (sym->st_shndx == maps && name && !strcmp(name, wanted))
			return true;
	}
	return false;
}

/* The relocations that do not belong to the map move up and are all that is left. */
static void drop_relocations(Elf64_Rel *rel, size_t n, const GElf_Sym *map, Elf64_Shdr *header)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (rel[i].r_offset < map->st_value ||
		    rel[i].r_offset >= map->st_value + map->st_size)
			rel[kept++] = rel[i];
	header->sh_size = kept * sizeof(*rel);
	/* libbpf passes over a section of this type and name. */
	if (!kept)
		header->sh_type = SHT_NOTE;
}

static bool is_inside(const struct file_view *f, size_t offset, size_t size)
{
	return offset <= f->size && size <= f->size - offset;
}

static bool strip(const struct file_view *f, const char *map)
{
	const Elf64_Ehdr *file = (const Elf64_Ehdr *)f->bytes;
	GElf_Shdr header;
	Elf_Scn *maps = find_section(f, MAPS_SECTION, &header);
	Elf_Scn *rel = maps ? find_section(f, ".rel" MAPS_SECTION, &header) : NULL;
	size_t at;
	GElf_Sym sym;

	if (!maps || !find_map(f, map, elf_ndxscn(maps), &sym))
		return false;
	/* Nothing is put into any map. */
	if (!rel)
		return true;
	at = file->e_shoff + elf_ndxscn(rel) * sizeof(Elf64_Shdr);
	if (header.sh_type != SHT_REL || file->e_shentsize != sizeof(Elf64_Shdr) ||
	    !is_inside(f, at, sizeof(Elf64_Shdr)) ||
	    !is_inside(f, header.sh_offset, header.sh_size) || header.sh_offset % 8 || at % 8)
		return false;
	drop_relocations((Elf64_Rel *)(f->bytes + header.sh_offset),
			 header.sh_size / sizeof(Elf64_Rel), &sym, (Elf64_Shdr *)(f->bytes + at));
	return true;
}

bool object_strip_slots(char *bytes, size_t size, const char *map)
{
	struct file_view f = { .bytes = bytes, .size = size };
	bool done = false;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return false;
	f.elf = elf_memory(bytes, size);
	if (f.elf && gelf_getclass(f.elf) == ELFCLASS64 && !elf_getshdrstrndx(f.elf, &f.names))
		done = strip(&f, map);
	elf_end(f.elf);
	return done;
}
