/* SPDX-License-Identifier: GPL-2.0-or-later */
/* .xdp_run_config: priority and proceed-on set that a program's author chose. */
#ifndef XM_RUN_CONFIG_H
#define XM_RUN_CONFIG_H

#include <linux/types.h>

#include "model/report.h"

struct btf;

/*
 * run_config_read() - what the BTF of an object says for one function
 *
 * @prio and @proceed_on hold the defaults before and are changed where the
 * object says so: naming a verdict with a value other than 0 adds it to the
 * set, 0 takes it out.  A member that libxdp does not know gives a warning,
 * because libxdp will not read a chain that holds such a program.
 */
void run_config_read(const struct btf *btf, const char *function, __u32 *prio, __u32 *proceed_on,
		     struct report *r);

#endif
