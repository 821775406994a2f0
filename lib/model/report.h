/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors and warnings as values: lib/ fills a report, only ip/ prints it. */
#ifndef XM_REPORT_H
#define XM_REPORT_H

#include <stddef.h>

/* Exit statuses of the command, see EXIT STATUS in the man page. */
enum status {
	STATUS_DONE = 0,
	STATUS_NOT_TRIED = 1, /* no such device, unreadable file, missing feature */
	STATUS_REFUSED = 2,   /* the kernel or the chain refused; rolled back */
	STATUS_RETRY = 3,     /* nothing changed; the same command may succeed later */
	STATUS_USAGE = 255,   /* the command line is malformed */
};

#define REPORT_ERROR_MAX 1024

/*
 * struct report - an error, and warnings for the user
 * @status: exit status that belongs to @error
 * @error: one sentence without "Error: ", empty while nothing failed
 * @log: verifier log that belongs to @error, or NULL; owned by the report
 * @warnings: sentences without "Warning: "; owned by the report
 *
 * Start with REPORT_INIT, end with report_free().  The first error wins:
 * a failure during rollback must not hide the cause.
 *
 * A caller that needs no report passes NULL.
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
 * @err: positive errno by which callers distinguish failures, 0 means EINVAL
 *
 * A lack of memory or descriptors (ENOMEM, EMFILE, ENFILE) is always
 * STATUS_NOT_TRIED, regardless of @status.  Returns -@err, so that callers can
 * "return report_fail(...)".
 */
int report_fail(struct report *r, enum status status, int err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* report_no_memory() - record "Out of memory", always with the same status; -ENOMEM */
int report_no_memory(struct report *r);

/*
 * report_context() - put "what: " in front of the recorded error
 *
 * Outer layers use this: "Cannot pin ..." becomes "dev eth0: cannot pin ...".
 */
void report_context(struct report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* report_advice() - put "; what to do" behind the recorded error */
void report_advice(struct report *r, const char *advice);

/* report_warn() - record a warning for the user.  A repeated warning is recorded only
 * once; a warning is lost when out of memory. */
void report_warn(struct report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* report_set_log() - keep a copy of a verifier log with the error. */
void report_set_log(struct report *r, const char *log);

/*
 * report_one_of_many() - add the result of one of several independent operations
 * @one: report of the operation; its error becomes a warning of @all
 * @worst: STATUS_DONE at first; updated to the worst status so far: REFUSED is worse
 *	   than NOT_TRIED, which is worse than RETRY
 */
void report_one_of_many(struct report *all, const struct report *one, enum status *worst);

/* report_clear_error() - drop an error that was handled, keep warnings. */
void report_clear_error(struct report *r);

/* report_drop_warnings() - keep only the first @keep warnings */
void report_drop_warnings(struct report *r, size_t keep);

/* report_cause() - the recorded sentence in lower case, for use after a colon; "" for none */
const char *report_cause(struct report *r);

/* report_error() - the recorded sentence, "" if there is none or @r is NULL */
const char *report_error(const struct report *r);

/* report_free() - release what the report owns and make it empty again. */
void report_free(struct report *r);

#endif
