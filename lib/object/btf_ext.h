/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * .BTF.ext of an object file: the type of each function (func_info), the source
 * lines of its instructions (line_info), and what libbpf adapts to the kernel's
 * types (CO-RE).
 */
#ifndef XM_BTF_EXT_H
#define XM_BTF_EXT_H

#include <stddef.h>

#include <linux/types.h>

struct btf;
struct reach;

/*
 * struct btf_ext_source - the input for a new .BTF.ext
 * @old: the object's BTF, which has the strings of @data
 * @data, @size: the object's .BTF.ext, if it has one
 * @to: the reached functions
 * @chosen: the function that becomes an extension program
 * @section, @section_name: a section, and its new name
 */
struct btf_ext_source {
	const struct btf *old;
	const char *data;
	size_t size;
	const struct reach *to;
	__u32 chosen;
	unsigned int section;
	const char *section_name;
};

/*
 * btf_ext_make() - make a new .BTF.ext for the functions that are reached
 *
 * @btf is the result of btf_repair().  Each function gets a func_info: that of the
 * source, else one with the type of its name in @btf, else one with a new type.  So
 * an object whose compiler or linker omitted it can be an extension program too.  The
 * chosen function becomes int f(struct xdp_md *), which fits every stub.
 *
 * Returns the bytes, which the caller frees, or NULL when out of memory.
 */
char *btf_ext_make(const struct btf_ext_source *from, struct btf *btf, size_t *size);

#endif
