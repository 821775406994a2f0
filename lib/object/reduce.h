/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Remove the parts that a program cannot reach from an object file, for libbpf.
 *
 * libbpf processes everything in a file, even parts that are not loaded: it requires
 * each extern function to exist in the kernel, and some versions crash on programs
 * for other hooks.  It has no option to skip a part.
 */
#ifndef XM_REDUCE_H
#define XM_REDUCE_H

#include <stdbool.h>
#include <stddef.h>

struct reach;

/*
 * struct reduced - replacements for parts of the file
 * @btf, @btf_size: new .BTF; NULL for none
 * @ext, @ext_size: new .BTF.ext; NULL for none
 * @section, @section_name: a section, and its new name
 * @unfilled, @n_unfilled: names of maps that lose their initial contents
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

/* reduce_keeps() - is the section kept?  Code, maps and variables are if they are
 * reached; .rodata always is, because the kernel ties it to each program. */
bool reduce_keeps(const struct reach *to, unsigned int section);

/*
 * reduce() - write the reduced file
 *
 * Sections and symbols keep their indexes; removed ones become empty.  Returns the
 * bytes, which the caller frees, or NULL when out of memory.
 */
char *reduce(const struct reach *to, const struct reduced *with, size_t *size);

#endif
