// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON documents. */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "message.h"

struct json_object *json_array(void)
{
	return json_object_new_array();
}

struct json_object *json_map(void)
{
	return json_object_new_object();
}

void json_add(struct json_object *to, const char *key, struct json_object *value)
{
	if (key)
		json_object_object_add(to, key, value);
	else
		json_object_array_add(to, value);
}

/* JSON has escapes of its own for all but bytes that are no UTF-8. */
void json_add_text(struct json_object *to, const char *key, const char *text)
{
	size_t room = 4 * strlen(text) + 1, len = 0;
	char *clean = malloc(room);

	while (clean && *text) {
		size_t n = message_utf8_len(text);

		if (n)
			memcpy(clean + len, text, n);
		else
			snprintf(clean + len, room - len, "\\x%02x", (unsigned char)*text);
		len += n ? n : 4;
		text += n ? n : 1;
	}
	json_add(to, key, json_object_new_string_len(clean ? clean : "", len));
	free(clean);
}

void json_add_number(struct json_object *to, const char *key, unsigned long long number)
{
	json_add(to, key, json_object_new_uint64(number));
}

void json_add_true(struct json_object *to, const char *key)
{
	json_add_bool(to, key, true);
}

void json_add_bool(struct json_object *to, const char *key, bool value)
{
	json_add(to, key, json_object_new_boolean(value));
}

void json_free(struct json_object *doc)
{
	json_object_put(doc);
}

/* The library leaves U+007F to U+009F as they are: some terminals obey them. */
static void print_escaped(const char *text)
{
	for (; *text; text++) {
		unsigned char c = text[0], next = text[1];

		if (c == 0xc2 && next < 0xa0) {
			printf("\\u00%02x", next);
			text++;
		} else if (c == 0x7f) {
			printf("\\u007f");
		} else {
			putchar(c);
		}
	}
	putchar('\n');
}

void json_print(struct json_object *doc, bool pretty)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	if (pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	print_escaped(json_object_to_json_string_ext(doc, flags));
	json_object_put(doc);
}
