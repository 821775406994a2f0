/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in BTF, as the kernel takes them: identifiers of C.  Pure. */
#ifndef XM_BTF_NAME_H
#define XM_BTF_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/* btf_name_ok() - is it an identifier, or with @dots the name of a section or a
 * variable? */
bool btf_name_ok(const char *name, bool dots);

/* btf_name_fix() - make @name, of @size bytes, an identifier, for a type with this
 * id.  What is one already is left alone. */
void btf_name_fix(char *name, size_t size, __u32 id);

#endif
