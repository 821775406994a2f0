/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON documents, the one door to json-c. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>

struct json_object;

struct json_object *json_array(void);
struct json_object *json_map(void);

/* Add to a map, or with a NULL key to an array; the value is then owned by it.
 * Texts that are no UTF-8 are escaped. */
void json_add(struct json_object *to, const char *key, struct json_object *value);
void json_add_text(struct json_object *to, const char *key, const char *text);
void json_add_number(struct json_object *to, const char *key, unsigned long long number);
void json_add_true(struct json_object *to, const char *key);
void json_add_bool(struct json_object *to, const char *key, bool value);

/* json_free() - release a document without printing it */
void json_free(struct json_object *doc);

/* json_print() - one document and a newline on stdout; releases it */
void json_print(struct json_object *doc, bool pretty);

#endif
