/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command "ip link xdp multi". */
#ifndef XDP_MULTI_H
#define XDP_MULTI_H

#include "options.h"

/*
 * xdp_multi() - run one command line
 * @argv: the words after "multi", used only during the call
 *
 * Prints its own errors and returns the exit status.  Never exits, so that a batch can
 * continue.
 */
int xdp_multi(const struct options *opts, int argc, char **argv);

#endif
