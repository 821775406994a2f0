// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors and warnings as values. */
#include "model/report.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/shortage.h"

int report_fail(struct report *r, enum status status, int err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		err = EINVAL;
	if (!r || r->error[0])
		return -err;
	va_start(ap, fmt);
	vsnprintf(r->error, sizeof(r->error), fmt, ap);
	va_end(ap);
	/* EAGAIN can also mean what the caller says. */
	r->status = is_shortage(err) && err != EAGAIN ? STATUS_NOT_TRIED : status;
	return -err;
}

int report_no_memory(struct report *r)
{
	return report_fail(r, STATUS_NOT_TRIED, ENOMEM, "Out of memory");
}

/*
 * A sentence after a colon begins in lower case.  Names such as XDP do not change, nor
 * does a path or another prefix: "Box.chain:1".
 */
static void uncapitalize(char *text)
{
	size_t word = strcspn(text, " ");

	if (strcspn(text, "/.:") < word)
		return;
	if (isupper((unsigned char)text[0]) && (islower((unsigned char)text[1]) || text[1] == ' '))
		text[0] = tolower((unsigned char)text[0]);
}

void report_context(struct report *r, const char *fmt, ...)
{
	char text[REPORT_ERROR_MAX];
	va_list ap;
	size_t len;

	if (!r || !r->error[0])
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	len = strlen(text);
	/* The error may already have this prefix. */
	if (!strncmp(r->error, text, len) && !strncmp(r->error + len, ": ", 2))
		return;
	uncapitalize(r->error);
	snprintf(text + len, sizeof(text) - len, ": %.*s", (int)(sizeof(text) - len), r->error);
	memcpy(r->error, text, sizeof(text));
}

void report_advice(struct report *r, const char *advice)
{
	size_t len;

	if (!r || !r->error[0])
		return;
	len = strlen(r->error);
	snprintf(r->error + len, sizeof(r->error) - len, "; %s", advice);
}

void report_warn(struct report *r, const char *fmt, ...)
{
	char **warnings;
	char *text;
	va_list ap;
	int len;

	if (!r)
		return;
	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	for (size_t i = 0; i < r->n_warnings; i++) {
		if (!strcmp(r->warnings[i], text)) {
			free(text);
			return;
		}
	}
	warnings = realloc(r->warnings, (r->n_warnings + 1) * sizeof(*warnings));
	if (!warnings) {
		free(text);
		return;
	}
	r->warnings = warnings;
	r->warnings[r->n_warnings++] = text;
}

void report_set_log(struct report *r, const char *log)
{
	if (!r)
		return;
	free(r->log);
	r->log = strdup(log);
}

void report_one_of_many(struct report *all, const struct report *one, enum status *worst)
{
	if (*one->error) {
		report_warn(all, "%s", one->error);
		if (*worst == STATUS_DONE || one->status == STATUS_REFUSED ||
		    (one->status == STATUS_NOT_TRIED && *worst == STATUS_RETRY))
			*worst = one->status;
		if (one->log && !all->log)
			report_set_log(all, one->log);
	}
	for (size_t i = 0; i < one->n_warnings; i++)
		report_warn(all, "%s", one->warnings[i]);
}

void report_clear_error(struct report *r)
{
	if (!r)
		return;
	r->error[0] = '\0';
	r->status = STATUS_DONE;
	free(r->log);
	r->log = NULL;
}

void report_drop_warnings(struct report *r, size_t keep)
{
	while (r->n_warnings > keep)
		free(r->warnings[--r->n_warnings]);
}

const char *report_cause(struct report *r)
{
	if (!r)
		return "";
	uncapitalize(r->error);
	return r->error;
}

const char *report_error(const struct report *r)
{
	return r ? r->error : "";
}

void report_free(struct report *r)
{
	report_clear_error(r);
	report_drop_warnings(r, 0);
	free(r->warnings);
	r->warnings = NULL;
}
