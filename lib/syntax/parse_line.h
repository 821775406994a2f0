/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses a line of a file, with the keywords of the command line, to a request.  Pure. */
#ifndef XM_PARSE_LINE_H
#define XM_PARSE_LINE_H

#include "model/policy.h"
#include "model/report.h"
#include "model/request.h"

/*
 * parse_chain_line() - parse a line of a chain file
 *
 * An entry with the keywords of add is appended to @rq->entries.  The line
 * "chain mode M format F stats S entries N" sets values that the command line left
 * open.
 * Returns as parse_request().
 */
int parse_chain_line(int argc, char **argv, struct request *rq, struct report *r);

/* parse_policy_line() - parse a line of the policy */
int parse_policy_line(int argc, char **argv, struct policy_rule *rule, struct report *r);

/* parse_entry_line() - the same for the line of an entry
 * @name: its name if the line gives none; "" if the line must give one; NULL if the entry
 *	  then gets the name of its program, as with add */
int parse_entry_line(int argc, char **argv, const char *name, struct request *rq, struct report *r);

/* parse_require_line() - a line that begins with "require"; added to the request */
int parse_require_line(int argc, char **argv, struct request *rq, struct report *r);

#endif
