/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors and warnings as values: lib/ fills a report, only ip/ prints it. */
#ifndef XM_REPORT_H
#define XM_REPORT_H

#include <stddef.h>

/* Exit statuses of the command, see EXIT STATUS in the man page. */
enum status {
	STATUS_DONE = 0,
	STATUS_NOT_TRIED = 1, /* no such device, unreadable file, missing feature */
	STATUS_REFUSED = 2,   /* the kernel or the chain said no; rolled back */
	STATUS_RETRY = 3,     /* nothing done, the same command may succeed later */
	STATUS_USAGE = 255,   /* the command line is malformed */
};

#define REPORT_ERROR_MAX 1024

/*
 * struct report - what went wrong, and what the user should know
 * @status: exit status that belongs to @error
 * @error: one sentence without "Error: ", empty while nothing failed
 * @log: verifier log that belongs to @error, or NULL; owned by the report
 * @warnings: sentences without "Warning: "; owned by the report
 *
 * Start with REPORT_INIT, end with report_free().  The first error wins:
 * what fails while undoing must not hide the cause.
 *
 * Who does not want to know passes NULL to whatever takes a report.
 */
struct report {
	enum status status;
	char error[REPORT_ERROR_MAX];
	char *log;
	char **warnings;
	size_t n_warnings;
};

#define REPORT_INIT                   \
	{                             \
		.status = STATUS_DONE \
	}

/*
 * report_fail() - record an error
 * @err: positive errno that callers distinguish failures by, 0 means EINVAL
 *
 * Out of memory or of descriptors (ENOMEM, EMFILE, ENFILE) is STATUS_NOT_TRIED,
 * whatever @status says.  Returns -@err, so that "return report_fail(...)" reads
 * well.
 */
int report_fail(struct report *r, enum status status, int err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* report_no_memory() - "Out of memory", always with the same status; -ENOMEM */
int report_no_memory(struct report *r);

/*
 * report_context() - put "what: " in front of the recorded error
 *
 * Used by outer layers: "Cannot pin ..." becomes "dev eth0: cannot pin ...".
 */
void report_context(struct report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* report_warn() - record a sentence for the user, once however often it comes;
 * memory trouble drops it. */
void report_warn(struct report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* report_set_log() - keep a copy of a verifier log with the error. */
void report_set_log(struct report *r, const char *log);

/*
 * report_one_of_many() - what became of one of several that do not keep each other
 * from it
 * @one: its report; its error becomes a warning of @all
 * @worst: STATUS_DONE at first; the status that all of it ends with: REFUSED before
 *	   NOT_TRIED before RETRY
 */
void report_one_of_many(struct report *all, const struct report *one, enum status *worst);

/* report_clear_error() - forget the error (it was handled), keep warnings. */
void report_clear_error(struct report *r);

/* report_drop_warnings() - keep only the first @keep warnings */
void report_drop_warnings(struct report *r, size_t keep);

/* report_cause() - the recorded sentence in lower case, for use after a colon; "" for none */
const char *report_cause(struct report *r);

/* report_error() - the recorded sentence, "" for none or where @r is NULL */
const char *report_error(const struct report *r);

/* report_free() - release what the report owns and make it empty again. */
void report_free(struct report *r);

#endif
