/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses the words of a command line into a request.  Pure. */
#ifndef PARSE_H
#define PARSE_H

#include "model/report.h"
#include "model/request.h"

/*
 * parse_request() - parse the words after "multi"
 * @force: -force was given outside a batch
 *
 * The request borrows the words.  Every word is consumed or refused.  Returns 0, or
 * -EINVAL with STATUS_USAGE and a complete line for the user.  Release the request with
 * request_free() in either case.
 */
int parse_request(int argc, char **argv, bool force, struct request *rq, struct report *r);

#endif
