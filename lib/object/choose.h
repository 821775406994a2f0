/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of an object file's programs is meant. */
#ifndef XM_CHOOSE_H
#define XM_CHOOSE_H

#include <stdbool.h>

#include "model/report.h"
#include "model/request.h"
#include "object/elf.h"

/*
 * choose() - the program that the source asks for, as its symbol
 *
 * By function, by section, or the only XDP program of the file; where there is none,
 * the only extension.  Fails with STATUS_NOT_TRIED and a sentence that lists the
 * programs: -ENOENT for none, -ENOTUNIQ for several, -EINVAL for one of another kind.
 */
int choose(const struct elf_file *e, const struct program_source *src, __u32 *symbol,
	   struct report *r);

/* choose_section() - the section of a function, without the mark "?" by which
 * libbpf knows programs that are not loaded unasked */
const char *choose_section(const struct elf_file *e, __u32 symbol);

/* choose_is_xdp() - does a section of this name hold XDP programs, of any kind?
 * True as well for sections that nobody knows. */
bool choose_is_xdp(const char *section);

/* choose_is_extension() - does a section of this name hold programs that extend others?
 * What they extend may be of another type than XDP */
bool choose_is_extension(const char *section);

#endif
