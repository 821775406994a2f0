/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors and warnings on stderr: the one place that words them. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/report.h"
#include "options.h"

/*
 * message_print() - warnings, then the error with its verifier log
 * @whole_log: all of the log instead of its last lines
 *
 * Returns the exit status of the report.
 */
int message_print(const struct options *opts, const struct report *r, bool whole_log);

/* message_no_memory() - the sentence for that where there is no report; returns
 * the exit status */
int message_no_memory(void);

/*
 * message_print_quoted() - print a text that stands between double quotes, for dot(1)
 *			    and for Prometheus
 * @text: at most the length of an entry's name
 *
 * What text_escape() leaves is safe but for quotes and backslashes: these get a
 * backslash.
 */
void message_print_quoted(const char *text);

#endif
