/* SPDX-License-Identifier: GPL-2.0-or-later */
/* .xdp_run_config: the priority and proceed-on set chosen by a program's author. */
#ifndef XM_RUN_CONFIG_H
#define XM_RUN_CONFIG_H

#include <linux/types.h>

#include "model/report.h"

struct btf;

/*
 * run_config_read() - read the configuration of one function from the BTF of an object
 *
 * @prio and @proceed_on hold the defaults and change only if the object configures
 * them: a verdict with a value other than 0 is added to the set, one with 0 is
 * removed.  A member that libxdp does not know gives a warning, because libxdp
 * will not read a chain with such a program.
 */
void run_config_read(const struct btf *btf, const char *function, __u32 *prio, __u32 *proceed_on,
		     struct report *r);

#endif
