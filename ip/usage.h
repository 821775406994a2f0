/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help text. */
#ifndef USAGE_H
#define USAGE_H

/* usage_print() - the grammar, on stderr as all of iproute2 does it */
void usage_print(void);

#endif
