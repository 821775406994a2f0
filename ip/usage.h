/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help text. */
#ifndef USAGE_H
#define USAGE_H

#include "options.h"

/* usage_print() - the grammar, on stderr as in iproute2 */
void usage_print(const struct options *opts);

#endif
