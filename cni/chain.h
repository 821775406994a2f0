/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns the configuration into a request for the chain that the interface is to have. */
#ifndef CNI_CHAIN_H
#define CNI_CHAIN_H

#include "config.h"
#include "model/request.h"
#include "syntax/chainfile.h"

/* struct cni_chain - a request and what it points to; chain_close() releases it */
struct cni_chain {
	struct request rq;
	struct chainfile file;
	char **words;
	size_t n_words;
};

/* cni_chain_open() - 0 or -1 with the error; close in either case */
int cni_chain_open(struct cni_chain *ch, const struct cni_config *c, struct cni_error *e);
void cni_chain_close(struct cni_chain *ch);

#endif
