/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints errors and warnings on stderr. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/report.h"
#include "options.h"

/*
 * message_print() - print the warnings, then the error with its verifier log
 * @whole_log: print the whole log instead of its last lines
 *
 * Returns the exit status of the report.
 */
int message_print(const struct options *opts, const struct report *r, bool whole_log);

/* message_no_memory() - report a lack of memory without a struct report; returns the exit
 * status */
int message_no_memory(void);

/*
 * message_print_quoted() - print a text that stands between double quotes, for dot(1)
 *			    and for Prometheus
 * @text: at most the length of an entry's name
 *
 * Puts a backslash before quotes and backslashes, the only unsafe characters that
 * text_escape() leaves.
 */
void message_print_quoted(const char *text);

#endif
