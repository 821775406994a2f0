/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An object file without what a program cannot reach, for libbpf.
 *
 * libbpf looks at everything in a file, also at what is not to be loaded: it
 * wants each extern function to be in the kernel, and some of its versions crash
 * at programs for other hooks.  It cannot be told to leave out a part.
 */
#ifndef XM_REDUCE_H
#define XM_REDUCE_H

#include <stdbool.h>
#include <stddef.h>

struct reach;

/*
 * struct reduced - what takes the place of parts of the file
 * @btf, @btf_size: .BTF; NULL: without one
 * @ext, @ext_size: .BTF.ext; NULL: without one
 * @section, @section_name: this section gets another name
 * @unfilled, @n_unfilled: names of maps into which nothing is put from the start
 */
struct reduced {
	const char *btf;
	size_t btf_size;
	const char *ext;
	size_t ext_size;
	unsigned int section;
	const char *section_name;
	const char *const *unfilled;
	unsigned int n_unfilled;
};

/* reduce_keeps() - does the section stay?  Code, maps and variables do if they
 * are reached; .rodata always, because the kernel ties it to each program. */
bool reduce_keeps(const struct reach *to, unsigned int section);

/*
 * reduce() - write the file anew
 *
 * Sections and symbols keep their indexes; what goes is empty there.  Returns the
 * bytes, to be freed, or NULL for want of memory.
 */
char *reduce(const struct reach *to, const struct reduced *with, size_t *size);

#endif
