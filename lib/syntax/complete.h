/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks for missing and conflicting words, with iproute2's messages.  Pure. */
#ifndef XM_COMPLETE_H
#define XM_COMPLETE_H

#include "model/report.h"
#include "model/request.h"

/* complete_required() - -EINVAL: the word @key is missing */
int complete_required(struct report *r, const char *key);

/* complete_program_required() - -EINVAL: no program is given */
int complete_program_required(struct report *r);

/* complete_device_required() - -EINVAL: the word "dev" is missing, or with @or_all the
 * word "all" */
int complete_device_required(struct report *r, bool or_all);

/* complete_not_both() - -EINVAL: the words @a and @b exclude each other */
int complete_not_both(struct report *r, const char *a, const char *b);

/* complete_check_source() - check that it is one program with the words of its kind */
int complete_check_source(const struct program_source *s, struct report *r);

#endif
