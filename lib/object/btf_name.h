/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in BTF, which the kernel requires to be C identifiers.  Pure. */
#ifndef XM_BTF_NAME_H
#define XM_BTF_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/* btf_name_ok() - is @name a C identifier, or with @dots a valid name of a section or a
 * variable? */
bool btf_name_ok(const char *name, bool dots);

/* btf_name_fix() - change @name, of @size bytes, to an identifier, for a type with this
 * id.  A name that is already an identifier is left alone. */
void btf_name_fix(char *name, size_t size, __u32 id);

#endif
