// SPDX-License-Identifier: GPL-2.0-or-later
/* The very bytes of a value in a JSON text. */
#include "span.h"

#include <string.h>

#include <json-c/json.h>

static const char *skip_space(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* Behind the string that begins here. */
static const char *skip_string(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

/* Behind the value that begins here. */
static const char *skip_value(const char *p)
{
	unsigned int depth = 0;

	do {
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		if (*p == '{' || *p == '[') {
			depth++;
			p++;
		} else if (*p == '}' || *p == ']') {
			depth--;
			p++;
		} else if (depth) {
			p++;
		} else {
			p += strcspn(p, ",}] \t\r\n");
		}
	} while (depth && *p);
	return p;
}

/* A key can be written with escapes. */
static bool is_key(const char *start, size_t len, const char *key)
{
	struct json_tokener *tok = json_tokener_new();
	struct json_object *o = tok ? json_tokener_parse_ex(tok, start, len) : NULL;
	bool is = o && !strcmp(json_object_get_string(o), key);

	json_object_put(o);
	if (tok)
		json_tokener_free(tok);
	return is;
}

bool span_find(const char *text, const char *key, struct span *value)
{
	const char *p = skip_space(text);
	bool found = false;

	if (*p != '{')
		return false;
	for (p = skip_space(p + 1); *p == '"'; p = skip_space(p)) {
		const char *name = p, *start;
		size_t len;

		p = skip_string(p);
		len = p - name;
		p = skip_space(p);
		if (*p != ':')
			return false;
		start = skip_space(p + 1);
		p = skip_value(start);
		if (is_key(name, len, key)) {
			*value = (struct span){ .start = start, .len = p - start };
			found = true;
		}
		p = skip_space(p);
		if (*p == ',')
			p++;
	}
	return found;
}
