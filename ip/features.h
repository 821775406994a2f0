/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "features": what this host can do. */
#ifndef FEATURES_H
#define FEATURES_H

#include "options.h"
#include "report.h"

/* features_run() - probe and print.  A host that lacks something is no error;
 * the reason is printed with it.  Returns 0. */
int features_run(const struct options *opts);

#endif
