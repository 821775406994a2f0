/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choose one of the programs in an object file. */
#ifndef XM_CHOOSE_H
#define XM_CHOOSE_H

#include <stdbool.h>

#include "model/report.h"
#include "model/request.h"
#include "object/elf.h"

/*
 * choose() - find the symbol of the program that the source asks for
 *
 * The source names a function or a section; else this is the only XDP program of the
 * file or, if there is none, the only extension.  Fails with STATUS_NOT_TRIED and a
 * sentence that lists the programs: -ENOENT for none, -ENOTUNIQ for several, -EINVAL
 * for one of another kind.
 */
int choose(const struct elf_file *e, const struct program_source *src, __u32 *symbol,
	   struct report *r);

/* choose_section() - the section of a function, without the prefix "?", which tells
 * libbpf not to load the program by default */
const char *choose_section(const struct elf_file *e, __u32 symbol);

/* choose_is_xdp() - does a section of this name hold XDP programs of any kind?  This
 * is also true for unknown section names. */
bool choose_is_xdp(const char *section);

/* choose_is_extension() - does a section of this name hold extension programs?  They can
 * extend programs of types other than XDP. */
bool choose_is_extension(const char *section);

#endif
