// SPDX-License-Identifier: GPL-2.0-or-later
/* Convert names, wanted masks and origins to and from keys and texts. */
#include "model/label.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define OWNER_KEY     "owner"
#define IDENT_MAX     120 /* below KSYM_NAME_LEN of old kernels */

static const struct {
	const char *key;
	size_t offset;
	size_t size;
} keys[] = {
#define KEY(field)                                                                          \
	{                                                                                   \
#field, offsetof(struct labels, field), sizeof(((struct labels *)0)->field) \
	}
	KEY(name),    KEY(proceed_on), KEY(object), KEY(section), KEY(function), KEY(sha256),
	KEY(pinmaps), KEY(added),      KEY(config), KEY(policy),  KEY(gotos),
#undef KEY
};

static char *text_of(struct labels *l, size_t i)
{
	return (char *)l + keys[i].offset;
}

/* The verdicts that have a goto, as a decimal mask; "" for none. */
static void gotos_text(const struct entry *e, char *buf, size_t size)
{
	__u32 mask = 0;

	*buf = '\0';
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		if (e->go_to[v])
			mask |= VERDICT_BIT(v);
	if (mask)
		snprintf(buf, size, "%u", mask);
}

void labels_clear(struct labels *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		*text_of(l, i) = '\0';
}

int label_each(const struct entry *e, int (*fn)(const char *key, const char *text, void *arg),
	       void *arg)
{
	const struct origin *o = &e->program->origin;
	char proceed_on[12], gotos[12], added[24] = "";
	int err = 0;

	snprintf(proceed_on, sizeof(proceed_on), "%u", e->proceed_on);
	gotos_text(e, gotos, sizeof(gotos));
	if (o->added)
		snprintf(added, sizeof(added), "%llu", (unsigned long long)o->added);
	const char *const texts[ARRAY_SIZE(keys)] = {
		e->name,
		proceed_on,
		o->object ? o->object : "",
		o->section,
		o->function,
		o->sha256,
		o->pinmaps ? o->pinmaps : "",
		added,
		e->config ? e->config : "",
		e->policy ? e->policy : "",
		gotos,
	};
	for (size_t i = 0; !err && i < ARRAY_SIZE(keys); i++)
		if (*texts[i])
			err = fn(keys[i].key, texts[i], arg);
	return err;
}

void label_set(struct labels *l, const char *key, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(key, keys[i].key) && strlen(text) < keys[i].size)
			strcpy(text_of(l, i), text);
}

struct writer {
	int (*emit)(const char *ident, void *arg);
	void *arg;
};

static bool plain(unsigned char c)
{
	return c < 0x80 && isalnum(c);
}

/* Encode a character for an identifier; returns the length. */
static size_t write_char(char *to, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	to[0] = plain(c) ? c : '_';
	if (plain(c))
		return 1;
	to[1] = hex[c >> 4];
	to[2] = hex[c & 15];
	return 3;
}

/* Emit one text in as many identifiers as it needs. */
static int write_text(const char *key, const char *text, void *arg)
{
	const struct writer *w = arg;
	char ident[LABEL_IDENT_SIZE];
	int err = 0;

	while (!err && *text) {
		size_t len = snprintf(ident, sizeof(ident), "%s_", key);

		for (; *text && len + 3 <= IDENT_MAX; text++)
			len += write_char(ident + len, *text);
		ident[len] = '\0';
		err = w->emit(ident, w->arg);
	}
	return err;
}

int label_write(const struct entry *e, int (*emit)(const char *ident, void *arg), void *arg)
{
	struct writer w = { emit, arg };

	return label_each(e, write_text, &w);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Append the decoded text to that of earlier identifiers of the same key; a text
 * that is malformed or too long becomes empty. */
static void read_text(char *text, size_t size, const char *code)
{
	size_t len = strlen(text);

	for (; *code; code++) {
		int c = (unsigned char)*code;

		if (c == '_') {
			int hi = hex_digit(code[1]);
			int lo = hi < 0 ? -1 : hex_digit(code[2]);

			c = lo < 0 ? 0 : hi << 4 | lo;
			code += lo < 0 ? 0 : 2;
		}
		if (!c || len + 1 >= size) {
			*text = '\0';
			return;
		}
		text[len++] = c;
	}
	text[len] = '\0';
}

void label_read(struct labels *l, const char *ident)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		size_t len = strlen(keys[i].key);

		if (!strncmp(ident, keys[i].key, len) && ident[len] == '_')
			read_text(text_of(l, i), keys[i].size, ident + len + 1);
	}
}

int label_write_owner(const char *owner, int (*emit)(const char *ident, void *arg), void *arg)
{
	struct writer w = { emit, arg };

	return write_text(OWNER_KEY, owner, &w);
}

void label_read_owner(char *owner, const char *ident)
{
	size_t len = strlen(OWNER_KEY);

	if (!strncmp(ident, OWNER_KEY "_", len + 1))
		read_text(owner, OWNER_SIZE, ident + len + 1);
}

bool label_name(const struct labels *l, char *name)
{
	if (!entry_name_valid(l->name))
		return false;
	strcpy(name, l->name);
	return true;
}

static const char *text_or_null(const char *text)
{
	return *text ? text : NULL;
}

const char *label_config(const struct labels *l)
{
	return text_or_null(l->config);
}

const char *label_policy(const struct labels *l)
{
	return text_or_null(l->policy);
}

static bool number(const char *text, unsigned long long *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	*value = strtoull(text, &end, 10);
	return !*end;
}

static bool verdicts(const char *text, __u32 *mask)
{
	unsigned long long value;

	if (!number(text, &value) || value > VERDICTS_ALL)
		return false;
	*mask = value;
	return true;
}

bool label_proceed_on(const struct labels *l, __u32 *proceed_on)
{
	return verdicts(l->proceed_on, proceed_on);
}

__u32 label_gotos(const struct labels *l)
{
	__u32 mask = 0;

	verdicts(l->gotos, &mask);
	return mask;
}

bool label_origin(const struct labels *l, struct origin *o)
{
	unsigned long long added = 0;

	if (!*l->object && !*l->function)
		return false;
	number(l->added, &added);
	o->object = text_or_null(l->object);
	strcpy(o->section, l->section);
	strcpy(o->function, l->function);
	strcpy(o->sha256, l->sha256);
	o->pinmaps = text_or_null(l->pinmaps);
	o->added = added;
	return true;
}
