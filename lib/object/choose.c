// SPDX-License-Identifier: GPL-2.0-or-later
/* Choose one of the programs in an object file. */
#include "object/choose.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <linux/bpf.h>

#define CODE_SECTION ".text"

const char *choose_section(const struct elf_file *e, __u32 symbol)
{
	const char *name = e->sections[e->symbols[symbol].st_shndx].name;

	return name[0] == '?' ? name + 1 : name;
}

/* "xdp", "xdp.frags", "xdp/x", "xdp_x"; not programs for device or CPU maps. */
static bool is_xdp_section(const char *section)
{
	return !strncmp(section, "xdp", 3) && !strstr(section, "/devmap") &&
	       !strstr(section, "/cpumap") && !strstr(section, "_devmap/") &&
	       !strstr(section, "_cpumap/");
}

bool choose_is_xdp(const char *section)
{
	enum bpf_attach_type attach;
	enum bpf_prog_type type;

	return !strncmp(section, "xdp", 3) || libbpf_prog_type_by_name(section, &type, &attach) ||
	       type == BPF_PROG_TYPE_XDP;
}

/* "freplace/x": a program that is already an extension.  libxdp loads these too. */
bool choose_is_extension(const char *section)
{
	static const char name[] = "freplace";

	return !strncmp(section, name, strlen(name)) &&
	       (!section[strlen(name)] || section[strlen(name)] == '/');
}

/* A function in .text is a subprogram, unless there are no others. */
static bool is_program(const struct elf_file *e, __u32 symbol)
{
	unsigned int functions = 0;

	if (!elf_is_function(e, symbol) || ELF64_ST_BIND(e->symbols[symbol].st_info) == STB_LOCAL)
		return false;
	if (strcmp(choose_section(e, symbol), CODE_SECTION))
		return true;
	for (unsigned int i = 0; i < e->n_items && functions < 2; i++)
		functions += elf_is_function(e, e->items[i]);
	return functions == 1;
}

/* Extensions are candidates if nothing was named and there is no XDP program. */
static bool is_candidate(const struct elf_file *e, __u32 symbol, const struct program_source *src,
			 bool extensions)
{
	const char *section = choose_section(e, symbol);

	if (!is_program(e, symbol))
		return false;
	if (src->function && strcmp(elf_symbol_name(e, symbol), src->function))
		return false;
	if (src->section && strcmp(section, src->section))
		return false;
	return src->function || src->section ||
	       (extensions ? choose_is_extension(section) : is_xdp_section(section));
}

/* Write "xdp_pass (section "xdp"), ..." for the sentence that asks for a choice. */
static void list_programs(const struct elf_file *e, char *buf, size_t size)
{
	size_t len = 0;

	*buf = '\0';
	for (unsigned int i = 0; i < e->n_items && len < size; i++)
		if (is_program(e, e->items[i]))
			len += snprintf(buf + len, size - len, "%s%s (section \"%s\")",
					len ? ", " : "", elf_symbol_name(e, e->items[i]),
					choose_section(e, e->items[i]));
	if (!len)
		snprintf(buf, size, "no program at all");
}

static int no_choice(const struct elf_file *e, const struct program_source *src, struct report *r)
{
	char list[512];

	list_programs(e, list, sizeof(list));
	return report_fail(r, STATUS_NOT_TRIED, ENOENT, "\"%s\" has no %s%s%s: it has %s",
			   src->object,
			   src->function  ? "program \""
			   : src->section ? "section \""
					  : "XDP program",
			   src->function  ? src->function
			   : src->section ? src->section
					  : "",
			   src->function || src->section ? "\"" : "", list);
}

static int several(const struct elf_file *e, const struct program_source *src, struct report *r)
{
	char list[512];

	list_programs(e, list, sizeof(list));
	return report_fail(
		r, STATUS_NOT_TRIED, ENOTUNIQ,
		"\"%s\" has several programs to choose from: add \"program NAME\" for one of %s",
		src->object, list);
}

/* Store the only candidate in @found, 0 if there is none. */
static int find(const struct elf_file *e, const struct program_source *src, bool extensions,
		__u32 *found, struct report *r)
{
	*found = 0;
	for (unsigned int i = 0; i < e->n_items; i++) {
		if (!is_candidate(e, e->items[i], src, extensions))
			continue;
		if (*found)
			return several(e, src, r);
		*found = e->items[i];
	}
	return 0;
}

int choose(const struct elf_file *e, const struct program_source *src, __u32 *symbol,
	   struct report *r)
{
	const char *section;
	__u32 found;
	int err = find(e, src, false, &found, r);

	if (!err && !found)
		err = find(e, src, true, &found, r);
	if (err)
		return err;
	if (!found)
		return no_choice(e, src, r);
	section = choose_section(e, found);
	if (!choose_is_xdp(section) && !choose_is_extension(section))
		return report_fail(
			r, STATUS_NOT_TRIED, EINVAL,
			"Program \"%s\" in section \"%s\" of \"%s\" is not an XDP program",
			elf_symbol_name(e, found), section, src->object);
	*symbol = found;
	return 0;
}
