// SPDX-License-Identifier: GPL-2.0-or-later
/* Names in BTF, which the kernel requires to be C identifiers. */
#include "object/btf_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define MAX_NAME 127 /* the limit of kernels before 6.1 */

bool btf_name_ok(const char *name, bool dots)
{
	if (!isalpha((unsigned char)*name) && *name != '_' && !(dots && *name == '.'))
		return false;
	for (const char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_' && !(dots && *c == '.'))
			return false;
	return strlen(name) <= MAX_NAME;
}

/* Two names that differ only at the end must not become equal. */
void btf_name_fix(char *name, size_t size, __u32 id)
{
	size_t len = strlen(name);

	if (btf_name_ok(name, false))
		return;
	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c))
			*c = '_';
	if (isdigit((unsigned char)*name))
		*name = '_';
	if (len > MAX_NAME - 11)
		len = MAX_NAME - 11;
	snprintf(name + len, size - len, "_%u", id);
}
