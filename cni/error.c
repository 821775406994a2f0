// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors as JSON on stdout, warnings on stderr. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "model/text.h"

__attribute__((format(printf, 3, 0))) static void set(struct cni_error *e, enum cni_code code,
						      const char *fmt, va_list ap)
{
	if (e->code)
		return;
	e->code = code;
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
}

int cni_fail(struct cni_error *e, enum cni_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(e, code, fmt, ap);
	va_end(ap);
	return -1;
}

static enum cni_code code_of(enum status status)
{
	switch (status) {
	case STATUS_RETRY:
		return CNI_TRY_AGAIN;
	case STATUS_REFUSED:
		return CNI_REFUSED;
	default:
		return CNI_NOT_TRIED;
	}
}

int cni_fail_report(struct cni_error *e, const struct report *r, const char *fmt, ...)
{
	va_list ap;

	if (!e->code)
		snprintf(e->details, sizeof(e->details), "%s", report_error(r));
	va_start(ap, fmt);
	set(e, code_of(r->status), fmt, ap);
	va_end(ap);
	return -1;
}

static void put(struct json_object *o, const char *key, struct json_object *value)
{
	if (value)
		json_object_object_add(o, key, value);
}

/* The environment, a path or the kernel can contain bytes that are not UTF-8. */
static struct json_object *new_text(const char *text)
{
	char *clean = text_utf8(text);
	struct json_object *value = clean ? json_object_new_string(clean) : NULL;

	free(clean);
	return value;
}

void cni_error_print(const struct cni_error *e, const char *version)
{
	struct json_object *o = json_object_new_object();

	put(o, "cniVersion", json_object_new_string(version));
	put(o, "code", json_object_new_int(e->code));
	put(o, "msg", new_text(e->msg));
	if (*e->details)
		put(o, "details", new_text(e->details));
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
	if (fflush(stdout) || ferror(stdout))
		fprintf(stderr, "xdp-multi: %s%s%s\n", e->msg, *e->details ? ": " : "", e->details);
}

void cni_warn(const struct report *r)
{
	char line[2 * REPORT_ERROR_MAX];

	for (size_t i = 0; i < r->n_warnings; i++)
		fprintf(stderr, "xdp-multi: %s\n", text_escape(r->warnings[i], line, sizeof(line)));
}
