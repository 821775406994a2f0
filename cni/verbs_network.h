/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that are about a network and no single container. */
#ifndef CNI_VERBS_NETWORK_H
#define CNI_VERBS_NETWORK_H

#include "config.h"
#include "error.h"

/* verbs_gc() - remove the chains of the network's containers that are not listed */
int verbs_gc(const struct cni_config *c, struct cni_error *e);

/* verbs_status() - could a chain be made now? */
int verbs_status(struct cni_config *c, struct cni_error *e);

#endif
