/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user asked for: the words of a command line as values. */
#ifndef XM_REQUEST_H
#define XM_REQUEST_H

#include "chain.h"

enum verb {
	VERB_ADD,
	VERB_DEL,
	VERB_FLUSH,
	VERB_SHOW,
	VERB_FEATURES,
	VERB_HELP,
};

#define REQUEST_DEFAULT_WAIT 30		/* seconds for the lock */

/* struct program_source - where the component program comes from; borrowed */
struct program_source {
	const char *object;
	const char *section;
	const char *function;
	bool verbose;			/* the whole verifier log */
};

/*
 * struct request
 * @devs: names of interfaces, @n_devs of them; array and names
 *	  are borrowed from the command line
 * @all: every interface (flush)
 * @modes: one bit of enum xdp_mode, both software bits for auto, 0 for none
 *	   given: auto for a new chain, and an existing one's own
 * @name: of the entry, "" for none given
 * @force: -force outside a batch
 */
struct request {
	enum verb verb;
	char **devs;
	unsigned int n_devs;
	bool all;
	struct program_source program;
	struct selector selector;
	char name[ENTRY_NAME_SIZE];
	bool has_prio;
	__u32 prio;
	bool has_proceed_on;
	__u32 proceed_on;
	unsigned int modes;
	enum chain_format format;
	bool overwrite;
	bool if_exists;
	bool force;
	unsigned int wait;
};

#define XDP_MODE_AUTO (XDP_MODE_NATIVE | XDP_MODE_GENERIC)

/* request_edit() - apply a changing verb to a chain
 * @e: the entry that add inserts, NULL for other verbs
 *
 * Pure.  A selector that finds nothing is success with if-exists.  Returns 0 or
 * -errno with a sentence. */
int request_edit(const struct request *rq, const struct entry *e,
		 struct chain *c, struct report *r);

#endif
