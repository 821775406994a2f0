/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is what was said enough, and not too much?  In the words of iproute2.  Pure. */
#ifndef XM_COMPLETE_H
#define XM_COMPLETE_H

#include "model/report.h"
#include "model/request.h"

/* complete_required() - -EINVAL: the word @key is missing */
int complete_required(struct report *r, const char *key);

/* complete_device_required() - -EINVAL: the word "dev" is missing, or with @or_all the
 * word "all" */
int complete_device_required(struct report *r, bool or_all);

/* complete_not_both() - -EINVAL: the words @a and @b exclude each other */
int complete_not_both(struct report *r, const char *a, const char *b);

/* complete_check_source() - is it one program, with what belongs to its kind? */
int complete_check_source(const struct program_source *s, struct report *r);

#endif
