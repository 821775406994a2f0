/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Find the parts of an object file that a program can reach: the functions that it
 * calls, the maps and variables that these use, the programs and maps that such maps
 * initially hold, what those use, and so on.
 *
 *	reach_from() -> reach_has_symbol(), reach_has_section() ... -> reach_free()
 *
 * The rest must not be loaded: the chosen program does not depend on programs of
 * other kinds, or on programs that this kernel refuses.
 */
#ifndef XM_REACH_H
#define XM_REACH_H

#include "object/elf.h"

/*
 * struct reach - marks, indexed like the file
 * @symbols: functions, maps and externs that are reached
 * @sections: their sections, and those of the reached variables
 * @names, @n_names: names of the reached maps and externs, sorted
 * @itself: a reached map holds the program at which the search began
 */
struct reach {
	const struct elf_file *elf;
	bool *symbols;
	bool *sections;
	const char **names;
	unsigned int n_names;
	bool itself;
};

/* reach_from() - follow all references from a function.  0 or -ENOMEM; release with
 * reach_free() in either case. */
int reach_from(struct reach *to, const struct elf_file *e, __u32 function);
void reach_free(struct reach *to);

/* reach_has_place() - is the function or map at this place reached? */
bool reach_has_place(const struct reach *to, unsigned int section, __u64 offset);

/* reach_has_name() - is a map or extern of this name reached? */
bool reach_has_name(const struct reach *to, const char *name);

/* reach_has_prefix() - is an extern or map reached whose name begins with @prefix? */
bool reach_has_prefix(const struct reach *to, const char *prefix);

#endif
