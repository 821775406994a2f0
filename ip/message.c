// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors and warnings on stderr. */
#include "message.h"

#include <stdio.h>
#include <string.h>

#include "model/chain.h"

#define LOG_LINES 10

size_t message_utf8_len(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t len = *s < 0x80	 ? 1
		     : *s < 0xc2 ? 0
		     : *s < 0xe0 ? 2
		     : *s < 0xf0 ? 3
		     : *s < 0xf5 ? 4
				 : 0;

	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

size_t message_printable(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t len = message_utf8_len(text);

	if (len == 1)
		return *s >= ' ' && *s != 0x7f;
	/* U+0080 to U+009F are control characters too. */
	return len == 2 && s[0] == 0xc2 && s[1] < 0xa0 ? 0 : len;
}

const char *message_escape(const char *text, char *buf, size_t size)
{
	size_t len = 0;

	while (*text && len + 5 < size) {
		size_t n = *text == '\\' ? 0 : message_printable(text);

		if (n) {
			memcpy(buf + len, text, n);
			len += n;
			text += n;
		} else {
			len += snprintf(buf + len, size - len, "\\x%02x", (unsigned char)*text++);
		}
	}
	buf[len] = '\0';
	return buf;
}

void message_print_quoted(const char *text)
{
	char clean[4 * ENTRY_NAME_SIZE + 4];

	for (const char *p = message_escape(text, clean, sizeof(clean)); *p; p++) {
		if (*p == '"' || *p == '\\')
			putchar('\\');
		putchar(*p);
	}
}

/* One line, with the full stop that kernel texts lack. */
static void print_line(const char *prefix, const char *text)
{
	char line[4 * REPORT_ERROR_MAX];
	size_t len;

	message_escape(text, line, sizeof(line));
	len = strlen(line);
	fprintf(stderr, "%s%s%s\n", prefix, line, len && strchr(".?!", line[len - 1]) ? "" : ".");
}

static void print_log(const char *log, bool whole)
{
	const char *start = log + strlen(log);
	int lines = 0;

	while (start > log) {
		if (start[-1] == '\n' && start[0] && ++lines == LOG_LINES && !whole)
			break;
		start--;
	}
	if (start > log)
		fprintf(stderr, "Last lines of the verifier log (\"verbose\" prints all of it):\n");
	else
		fprintf(stderr, "Verifier log:\n");
	while (*start) {
		int len = strcspn(start, "\n");
		char text[512], line[2048];

		snprintf(text, sizeof(text), "%.*s", len, start);
		fprintf(stderr, "  %s\n", message_escape(text, line, sizeof(line)));
		start += len + !!start[len];
	}
}

int message_no_memory(void)
{
	print_line("Error: ", "Out of memory");
	return STATUS_NOT_TRIED;
}

int message_print(const struct report *r, bool whole_log)
{
	char line[4 * REPORT_ERROR_MAX];

	for (size_t i = 0; i < r->n_warnings; i++)
		print_line("Warning: ", r->warnings[i]);
	if (!r->error[0])
		return r->status;
	/* What is wrong with a command line is worded as iproute2 does it. */
	if (r->status == STATUS_USAGE)
		fprintf(stderr, "%s\n", message_escape(r->error, line, sizeof(line)));
	else
		print_line("Error: ", r->error);
	if (r->log && *r->log)
		print_log(r->log, whole_log);
	return r->status;
}
