/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the output of -details for an entry and for a foreign program. */

#ifndef PRINT_DETAILS_H
#define PRINT_DETAILS_H

#include "chain/view.h"
#include "output.h"

/* print_entry_details() - print when and by whom the program was loaded, its maps and its
 * origin.  Times are dates in text, and numbers in JSON. */
void print_entry_details(struct output *out, const struct kobj_prog *info, const struct entry *e);

/* print_holder() - print a process that has the foreign program or its bpf_link open, if
 * there is one */
void print_holder(struct output *out, const struct view *v);

#endif
