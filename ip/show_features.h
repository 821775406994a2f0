/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "features": shows the features of this host and of the drivers of its devices. */
#ifndef SHOW_FEATURES_H
#define SHOW_FEATURES_H

#include "options.h"
#include "session/session.h"

/*
 * show_features() - probe and print
 *
 * A missing feature is not an error; its reason is printed.  A feature that cannot be tested
 * for lack of capabilities is unknown.  For the devices of the request it prints the
 * features that their drivers announce. 0 or -errno.
 */
int show_features(struct session *s, const struct request *rq, const struct options *opts,
		  struct report *r);

#endif
