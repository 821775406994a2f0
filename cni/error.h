/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer of a CNI plugin that fails: a JSON object on stdout. */
#ifndef CNI_ERROR_H
#define CNI_ERROR_H

#include "model/report.h"

/* enum cni_code - those below 100 are the specification's */
enum cni_code {
	CNI_OK = 0,
	CNI_INCOMPATIBLE_VERSION = 1,
	CNI_UNSUPPORTED_FIELD = 2,
	CNI_BAD_ENVIRONMENT = 4,
	CNI_IO_FAILURE = 5,
	CNI_CANNOT_DECODE = 6,
	CNI_BAD_CONFIG = 7,
	CNI_BAD_NETNS = 8,
	CNI_TRY_AGAIN = 11,
	CNI_UNAVAILABLE = 50,
	CNI_REFUSED = 100,   /* by the kernel or by what is there */
	CNI_NOT_TRIED = 101, /* something that is needed is missing */
	CNI_DIFFERS = 102,   /* the chain is not as configured */
};

/*
 * struct cni_error
 * @msg: what could not be done
 * @details: why
 */
struct cni_error {
	enum cni_code code;
	char msg[1024];
	char details[REPORT_ERROR_MAX];
};

/* cni_fail() - record an error; the first wins.  Returns -1. */
int cni_fail(struct cni_error *e, enum cni_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* cni_fail_report() - the same with the sentence of a report as details, and the code
 * by its status */
int cni_fail_report(struct cni_error *e, const struct report *r, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* cni_error_print() - @version: that of the configuration, or the newest */
void cni_error_print(const struct cni_error *e, const char *version);

/* cni_warn() - the warnings of a report on stderr, which runtimes log */
void cni_warn(const struct report *r);

#endif
