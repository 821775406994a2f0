/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "features": what this host can do, and the drivers of its devices. */
#ifndef SHOW_FEATURES_H
#define SHOW_FEATURES_H

#include "options.h"
#include "session/session.h"

/*
 * show_features() - probe and print
 *
 * A host that lacks something is no error; the reason is printed with it.  What cannot
 * be tried for want of rights is unknown.  Of the request's devices it prints what their
 * drivers announce.  0 or -errno.
 */
int show_features(struct session *s, const struct request *rq, const struct options *opts,
		  struct report *r);

#endif
