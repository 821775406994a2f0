// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints errors and warnings on stderr. */
#include "message.h"

#include <stdio.h>
#include <string.h>

#include "model/chain.h"
#include "model/text.h"
#include "own_words.h"

#define LOG_LINES 10

void message_print_quoted(const char *text)
{
	char clean[4 * ENTRY_NAME_SIZE + 4];

	for (const char *p = text_escape(text, clean, sizeof(clean)); *p; p++) {
		if (*p == '"' || *p == '\\')
			putchar('\\');
		putchar(*p);
	}
}

/* Print one line, with the full stop that kernel texts lack. */
static void print_line(const char *prefix, const char *text)
{
	char line[4 * REPORT_ERROR_MAX];
	size_t len;

	text_escape(text, line, sizeof(line));
	len = strlen(line);
	fprintf(stderr, "%s%s%s\n", prefix, line, len && strchr(".?!", line[len - 1]) ? "" : ".");
}

static void print_lines(const char *start, const char *end)
{
	while (start < end) {
		int len = strcspn(start, "\n");
		char text[512], line[2048];

		snprintf(text, sizeof(text), "%.*s", len, start);
		fprintf(stderr, "  %s\n", text_escape(text, line, sizeof(line)));
		start += len + !!start[len];
	}
}

/* Newer kernels end the log with a report of the failure, its reason and its place.  Leave
 * out its causal path, which can be longer than the rest of the log. */
static const char *find_report(const char *log, const char **end)
{
	const char *start = strstr(log, "\nVerification failed:");
	const char *causes = start ? strstr(start, "\nCausal path:") : NULL;

	if (causes)
		*end = causes;
	return start ? start + 1 : NULL;
}

static const char *last_lines(const char *log, const char *end)
{
	int lines = 0;

	while (end > log && !(end[-1] == '\n' && *end && ++lines == LOG_LINES))
		end--;
	return end;
}

static void print_log(const char *log, bool whole)
{
	const char *end = log + strlen(log), *start = log;

	if (!whole) {
		start = find_report(log, &end);
		if (!start)
			start = last_lines(log, end);
	}
	if (start > log)
		fprintf(stderr, "Last lines of the verifier log (\"verbose\" prints all of it):\n");
	else
		fprintf(stderr, "Verifier log:\n");
	print_lines(start, end);
}

int message_no_memory(void)
{
	print_line("Error: ", "Out of memory");
	return STATUS_NOT_TRIED;
}

int message_print(const struct options *opts, const struct report *r, bool whole_log)
{
	char line[4 * REPORT_ERROR_MAX], own[4 * REPORT_ERROR_MAX];
	const char *error;

	for (size_t i = 0; i < r->n_warnings; i++)
		print_line("Warning: ", own_words(opts, r->warnings[i], own, sizeof(own)));
	if (!r->error[0])
		return r->status;
	error = own_words(opts, r->error, own, sizeof(own));
	/* Errors in a command line are worded as in iproute2. */
	if (r->status == STATUS_USAGE)
		fprintf(stderr, "%s\n", text_escape(error, line, sizeof(line)));
	else
		print_line("Error: ", error);
	if (r->log && *r->log)
		print_log(r->log, whole_log);
	return r->status;
}
