// SPDX-License-Identifier: GPL-2.0-or-later
/* From the configuration to a request. */
#include "chain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "kernel/kobj.h"
#include "syntax/grammar.h"
#include "syntax/parse_line.h"
#include "syntax/words.h"

#define MAX_WORDS 12

/* A word that we made lives as long as the request. */
static char *keep(struct cni_chain *ch, char *word)
{
	char **more = word ? realloc(ch->words, (ch->n_words + 1) * sizeof(*more)) : NULL;

	if (!more) {
		free(word);
		return NULL;
	}
	ch->words = more;
	ch->words[ch->n_words++] = word;
	return word;
}

/* struct line - the words of one entry, as a chain file has them */
struct line {
	char *words[MAX_WORDS];
	int n;
};

static int put(struct cni_chain *ch, struct line *l, const char *key, const char *value,
	       struct cni_error *e)
{
	char *a = keep(ch, strdup(key)), *b = a ? keep(ch, strdup(value)) : NULL;

	if (!b)
		return cni_fail(e, CNI_NOT_TRIED, "out of memory");
	l->words[l->n++] = a;
	l->words[l->n++] = b;
	return 0;
}

/* "pass,drop" of [ "pass", "drop" ].  Which words there are, the parser knows. */
static int put_verdicts(struct cni_chain *ch, struct line *l, struct json_object *array, size_t at,
			struct cni_error *e)
{
	size_t n = json_object_array_length(array), len = 0;
	char text[256] = "";
	__u32 mask;

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(array, i);
		const char *word = cni_config_is_text(o) ? json_object_get_string(o) : "";

		if (!*word || strchr(word, ','))
			return cni_fail(e, CNI_BAD_CONFIG,
					"proceedOn[%zu] of entries[%zu] is not a verdict", i, at);
		len += snprintf(text + len, sizeof(text) - len, "%s%s", len ? "," : "", word);
		if (len >= sizeof(text))
			return cni_fail(e, CNI_BAD_CONFIG,
					"\"proceedOn\" of entries[%zu] is too long", at);
	}
	if (*text && !words_actions(text, &mask))
		return cni_fail(e, CNI_BAD_CONFIG,
				"\"proceedOn\" of entries[%zu] must be %s, not \"%s\"", at,
				grammar_verdicts, text);
	return put(ch, l, "proceed-on", *text ? text : "none", e);
}

/* The keys of an entry, and the words of a chain file for them. */
static const struct {
	const char *key;
	const char *word;
	enum json_type type;
} keys[] = {
	{ "object", "object", json_type_string }, { "program", "program", json_type_string },
	{ "name", "name", json_type_string },	  { "prio", "prio", json_type_int },
	{ "proceedOn", NULL, json_type_array },
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static bool is_known(const char *key)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (!strcmp(key, keys[i].key))
			return true;
	return false;
}

static int check_entry(struct json_object *entry, size_t at, struct cni_error *e)
{
	struct json_object_iterator i, end;
	struct json_object *object;

	if (!json_object_is_type(entry, json_type_object))
		return cni_fail(e, CNI_BAD_CONFIG, "entries[%zu] is not an object", at);
	end = json_object_iter_end(entry);
	for (i = json_object_iter_begin(entry); !json_object_iter_equal(&i, &end);
	     json_object_iter_next(&i))
		if (!is_known(json_object_iter_peek_name(&i)))
			return cni_fail(e, CNI_UNSUPPORTED_FIELD,
					"unsupported key \"%.200s\" in entries[%zu]",
					json_object_iter_peek_name(&i), at);
	if (!json_object_object_get_ex(entry, "object", &object))
		return cni_fail(e, CNI_BAD_CONFIG, "entries[%zu] has no \"object\"", at);
	if (json_object_is_type(object, json_type_string) && *json_object_get_string(object) != '/')
		return cni_fail(e, CNI_BAD_CONFIG,
				"\"object\" of entries[%zu] is not an absolute path", at);
	return 0;
}

static const char *type_name(enum json_type type, struct json_object *value)
{
	if (type == json_type_string && json_object_is_type(value, type))
		return "a string without zero bytes";
	return type == json_type_string ? "a string"
	       : type == json_type_int	? "a whole number"
					: "an array";
}

static bool is_type(struct json_object *value, enum json_type type)
{
	return type == json_type_string ? cni_config_is_text(value)
					: json_object_is_type(value, type);
}

static int read_entry(struct cni_chain *ch, struct line *l, struct json_object *entry, size_t at,
		      struct cni_error *e)
{
	int err = 0;

	for (size_t i = 0; !err && i < N_KEYS; i++) {
		struct json_object *value;

		if (!json_object_object_get_ex(entry, keys[i].key, &value))
			continue;
		if (!is_type(value, keys[i].type))
			err = cni_fail(e, CNI_BAD_CONFIG, "\"%s\" of entries[%zu] is not %s",
				       keys[i].key, at, type_name(keys[i].type, value));
		else if (keys[i].word)
			err = put(ch, l, keys[i].word, json_object_get_string(value), e);
		else
			err = put_verdicts(ch, l, value, at, e);
	}
	return err;
}

/* In a chain file each entry has a name.  Here the default is the name of the program, which
 * is known only after the object is read. */
static int put_name(struct cni_chain *ch, struct line *l, struct json_object *entry,
		    struct cni_error *e)
{
	if (json_object_object_get_ex(entry, "name", NULL))
		return 0;
	return put(ch, l, "name", "unnamed", e);
}

/* The parser also knows lines about a whole chain, which are not allowed here. */
static int add_entry(struct cni_chain *ch, struct json_object *entry, size_t at,
		     struct cni_error *e)
{
	struct report r = REPORT_INIT;
	struct line l = { .n = 0 };
	int err = check_entry(entry, at, e);

	if (!err)
		err = read_entry(ch, &l, entry, at, e);
	if (!err)
		err = put_name(ch, &l, entry, e);
	if (!err && parse_chain_line(l.n, l.words, &ch->rq, &r)) {
		const char *why = report_error(&r);

		err = cni_fail(e, CNI_BAD_CONFIG, "entries[%zu]: %s", at,
			       strncmp(why, "Error: ", 7) ? why : why + 7);
	}
	if (!err && !json_object_object_get_ex(entry, "name", NULL))
		*ch->rq.entries[at].name = '\0';
	report_free(&r);
	return err;
}

static int read_entries(struct cni_chain *ch, struct json_object *entries, struct cni_error *e)
{
	size_t n = json_object_array_length(entries);

	if (!n || n > CHAIN_MAX)
		return cni_fail(e, CNI_BAD_CONFIG, "\"entries\" has %zu entries, not 1 to %u", n,
				CHAIN_MAX);
	ch->rq.file = "entries";
	for (size_t i = 0; i < n; i++)
		if (add_entry(ch, json_object_array_get_idx(entries, i), i, e))
			return -1;
	return 0;
}

static int read_file(struct cni_chain *ch, const char *path, struct cni_error *e)
{
	struct report r = REPORT_INIT;
	int err = chainfile_read_regular(&ch->file, path, &ch->rq, &r);

	if (err) {
		e->code = CNI_OK;
		cni_fail_report(e, &r, "cannot read the chain file %s", path);
		/* A shortage is not the fault of the file. */
		if (!kobj_is_shortage(-err))
			e->code = err == -EIO ? CNI_IO_FAILURE : CNI_BAD_CONFIG;
	}
	report_free(&r);
	return err ? -1 : 0;
}

int cni_chain_open(struct cni_chain *ch, const struct cni_config *c, struct cni_error *e)
{
	*ch = (struct cni_chain){ 0 };
	ch->rq.verb = c->share ? VERB_SHARE : VERB_RESTORE;
	ch->rq.wait = REQUEST_DEFAULT_WAIT;
	if (c->entries)
		return read_entries(ch, c->entries, e);
	if (c->chain) {
		ch->rq.file = c->chain;
		return read_file(ch, c->chain, e);
	}
	ch->rq.from = c->share;
	return 0;
}

void cni_chain_close(struct cni_chain *ch)
{
	chainfile_free(&ch->file);
	request_free(&ch->rq);
	while (ch->n_words)
		free(ch->words[--ch->n_words]);
	free(ch->words);
	*ch = (struct cni_chain){ 0 };
}
