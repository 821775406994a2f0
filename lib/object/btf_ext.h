/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * .BTF.ext of an object file: which type each function is of (func_info), which
 * line of the source its instructions come from (line_info), and what libbpf
 * adapts to the kernel's types (CO-RE).
 */
#ifndef XM_BTF_EXT_H
#define XM_BTF_EXT_H

#include <stddef.h>

#include <linux/types.h>

struct btf;
struct reach;

/*
 * struct btf_ext_source - what a new .BTF.ext is made from
 * @old: the object's BTF, to which the strings in @data belong
 * @data, @size: its .BTF.ext, if it has one
 * @to: functions that count
 * @chosen: the one that becomes an extension program
 * @section, @section_name: a section that gets this name
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
 * btf_ext_make() - a new .BTF.ext for the functions that are reached
 *
 * @btf is btf_repair()'s.  Each of the functions gets its func_info: as the
 * source has it, else by its name in @btf, else with a new type.  So an object
 * whose compiler or linker left it out can be an extension program too.  The
 * chosen function becomes int f(struct xdp_md *), which fits every stub.
 *
 * Returns the bytes, to be freed, or NULL for want of memory.
 */
char *btf_ext_make(const struct btf_ext_source *from, struct btf *btf, size_t *size);

#endif
