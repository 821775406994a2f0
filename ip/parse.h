/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words to request.  Pure. */
#ifndef PARSE_H
#define PARSE_H

#include "model/report.h"
#include "model/policy.h"
#include "model/request.h"

/*
 * parse_request() - understand the words after "multi"
 * @force: -force was given outside a batch
 *
 * The request borrows the words.  Every word is consumed or refused.  Returns 0
 * or -EINVAL with STATUS_USAGE and a whole line for the user.  Release the
 * request with parse_free() in either case.
 */
int parse_request(int argc, char **argv, bool force, struct request *rq, struct report *r);
void parse_free(struct request *rq);

/*
 * parse_chain_line() - understand a line of a chain file
 *
 * An entry in the words of add, which is appended to @rq->entries; or the line
 * "chain mode M format F stats S entries N", which sets what the command line left
 * open.
 * Returns as parse_request().
 */
int parse_chain_line(int argc, char **argv, struct request *rq, struct report *r);

/* parse_policy_line() - understand a line of the policy */
int parse_policy_line(int argc, char **argv, struct policy_rule *rule, struct report *r);

/* parse_entry_line() - the same for the line of an entry; @name is the one that it has
 * if the line says none, "" for one that must */
int parse_entry_line(int argc, char **argv, const char *name, struct request *rq, struct report *r);

#endif
