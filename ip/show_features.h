/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "features": what this host can do. */
#ifndef SHOW_FEATURES_H
#define SHOW_FEATURES_H

#include "options.h"
#include "model/report.h"

/* show_features() - probe and print.  A host that lacks something is no error;
 * the reason is printed with it.  0 or -ENOMEM. */
int show_features(const struct options *opts, struct report *r);

#endif
