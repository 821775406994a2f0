// SPDX-License-Identifier: GPL-2.0-or-later
/* What libbpf says of a failure. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "object/object_internal.h"

/*
 * libbpf reports errors only through a print function of the process.  The first
 * line of a failure names the cause.  It is followed by the verifier's log of the
 * program that was refused, as one message between these lines.
 */
#define LOG_BEGIN "-- BEGIN PROG LOAD LOG --\n"
#define LOG_END	  "-- END PROG LOAD LOG --"

static _Thread_local char libbpf_said[512];
static _Thread_local char *libbpf_log;

static void __attribute__((format(printf, 1, 0))) keep_log(const char *fmt, va_list ap)
{
	char *text, *log, *end;

	if (vasprintf(&text, fmt, ap) < 0)
		return;
	log = strstr(text, LOG_BEGIN);
	if (log) {
		log += strlen(LOG_BEGIN);
		end = strstr(log, LOG_END);
		if (end)
			*end = '\0';
		free(libbpf_log);
		libbpf_log = strdup(log);
	}
	free(text);
}

static int __attribute__((format(printf, 2, 0)))
keep(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	char *end;

	if (level != LIBBPF_WARN)
		return 0;
	if (strstr(fmt, LOG_BEGIN)) {
		keep_log(fmt, ap);
		return 0;
	}
	if (*libbpf_said)
		return 0;
	vsnprintf(libbpf_said, sizeof(libbpf_said), fmt, ap);
	end = strchr(libbpf_said, '\n');
	if (end)
		*end = '\0';
	if (!strncmp(libbpf_said, "libbpf: ", 8))
		memmove(libbpf_said, libbpf_said + 8, strlen(libbpf_said + 8) + 1);
	return 0;
}

libbpf_print_fn_t object_listen(void)
{
	*libbpf_said = '\0';
	return libbpf_set_print(keep);
}

void object_stop_listening(libbpf_print_fn_t before)
{
	libbpf_set_print(before);
	free(libbpf_log);
	libbpf_log = NULL;
}

const char *object_verifier_log(void)
{
	return libbpf_log ? libbpf_log : "";
}

const char *object_cause(int err)
{
	return *libbpf_said ? libbpf_said : strerror(err);
}
