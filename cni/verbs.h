/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of the plugin. */
#ifndef CNI_VERBS_H
#define CNI_VERBS_H

#include "config.h"
#include "environment.h"
#include "error.h"

/* verbs_run() - carry out a command, and print its result.  0 or -1 with the error. */
int verbs_run(const struct cni_environment *env, struct cni_config *c, struct cni_error *e);

#endif
