/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the help text. */
#ifndef USAGE_H
#define USAGE_H

#include "options.h"

/* usage_print() - print the grammar on stderr, as iproute2 does */
void usage_print(const struct options *opts);

#endif
