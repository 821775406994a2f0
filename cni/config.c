// SPDX-License-Identifier: GPL-2.0-or-later
/* The configuration that the runtime writes to our stdin. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "kernel/netlink.h"
#include "syntax/text_file.h"

#define DYNAMIC	  "xdpMulti" /* the capability, and the key in args.cni */
#define MAX_DEPTH 64

static const struct {
	const char *text;
	unsigned int number;
} versions[] = {
	{ "0.3.1", CNI_AT(0, 3, 1) },
	{ "0.4.0", CNI_AT(0, 4, 0) },
	{ "1.0.0", CNI_AT(1, 0, 0) },
	{ CNI_NEWEST, CNI_AT(1, 1, 0) },
};

#define N_VERSIONS (sizeof(versions) / sizeof(versions[0]))

static char *read_stdin(struct cni_error *e)
{
	char *text = text_slurp_within(STDIN_FILENO, TEXT_PATIENCE);
	int err = errno;

	if (!text)
		cni_fail(e,
			 err == ENOMEM			 ? CNI_NOT_TRIED
			 : err == EFBIG || err == EILSEQ ? CNI_CANNOT_DECODE
							 : CNI_IO_FAILURE,
			 "cannot read the configuration: %s", text_slurp_why(err));
	return text;
}

static struct json_object *parse(const char *text, struct cni_error *e)
{
	struct json_tokener *tok = json_tokener_new_ex(MAX_DEPTH);
	struct json_object *o = NULL;

	if (tok) {
		json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
		o = json_tokener_parse_ex(tok, text, strlen(text) + 1);
	}
	if (!o || !json_object_is_type(o, json_type_object)) {
		cni_fail(e, CNI_CANNOT_DECODE, "the configuration is not a JSON object: %s",
			 !tok || o ? "it is something else"
				   : json_tokener_error_desc(json_tokener_get_error(tok)));
		json_object_put(o);
		o = NULL;
	}
	if (tok)
		json_tokener_free(tok);
	return o;
}

bool cni_config_is_text(struct json_object *value)
{
	return json_object_is_type(value, json_type_string) &&
	       strlen(json_object_get_string(value)) == (size_t)json_object_get_string_len(value);
}

/* A string; NULL if the key is not there, and an error if it is something else. */
static const char *get_string(struct json_object *o, const char *key, struct cni_error *e)
{
	struct json_object *value;

	if (!json_object_object_get_ex(o, key, &value))
		return NULL;
	if (cni_config_is_text(value))
		return json_object_get_string(value);
	cni_fail(e, CNI_BAD_CONFIG, "\"%s\" is not a string%s", key,
		 json_object_is_type(value, json_type_string) ? " without zero bytes" : "");
	return NULL;
}

static int read_version(struct cni_config *c, struct cni_error *e)
{
	const char *version = get_string(c->root, "cniVersion", e);

	if (e->code)
		return -1;
	if (!version)
		version = "0.1.0";
	for (size_t i = 0; i < N_VERSIONS; i++) {
		if (strcmp(version, versions[i].text) != 0)
			continue;
		c->number = versions[i].number;
		c->version = versions[i].text;
		return 0;
	}
	cni_fail(e, CNI_INCOMPATIBLE_VERSION, "incompatible CNI versions");
	snprintf(
		e->details, sizeof(e->details),
		"the configuration has version \"%.64s\", but the plugin supports 0.3.1, 0.4.0, 1.0.0 and 1.1.0",
		version);
	return -1;
}

static int check_command(const struct cni_config *c, enum cni_command command, struct cni_error *e)
{
	bool newer = command == CNI_GC || command == CNI_STATUS;

	if (command == CNI_CHECK && c->number < CNI_AT(0, 4, 0))
		return cni_fail(e, CNI_INCOMPATIBLE_VERSION, "CNI %s has no CHECK", c->version);
	if (newer && c->number < CNI_AT(1, 1, 0))
		return cni_fail(e, CNI_INCOMPATIBLE_VERSION, "CNI %s has no %s", c->version,
				command == CNI_GC ? "GC" : "STATUS");
	return 0;
}

static int read_prev(struct cni_config *c, struct cni_error *e)
{
	if (!json_object_object_get_ex(c->root, "prevResult", &c->prev) || !c->prev)
		return 0;
	if (!json_object_is_type(c->prev, json_type_object) ||
	    !span_find(c->text, "prevResult", &c->prev_text))
		return cni_fail(e, CNI_CANNOT_DECODE, "\"prevResult\" is not an object");
	return 0;
}

int cni_config_read(struct cni_config *c, enum cni_command command, struct cni_error *e)
{
	*c = (struct cni_config){ .version = CNI_NEWEST };
	c->text = read_stdin(e);
	if (!c->text)
		return -1;
	c->root = parse(c->text, e);
	if (!c->root || read_version(c, e) || check_command(c, command, e))
		return -1;
	c->name = get_string(c->root, "name", e);
	if (e->code)
		return -1;
	if (!c->name)
		return cni_fail(e, CNI_BAD_CONFIG, "\"name\" is missing");
	if (!cni_name_valid(c->name))
		return cni_fail(e, CNI_BAD_CONFIG, "\"name\" is not valid: \"%.300s\"", c->name);
	return read_prev(c, e);
}

void cni_config_free(struct cni_config *c)
{
	json_object_put(c->root);
	free(c->text);
	*c = (struct cni_config){ 0 };
}

/* ---- which chain ---- */

static bool is_one_of(const char *key, const char *const *known)
{
	for (; *known; known++)
		if (!strcmp(key, *known))
			return true;
	return false;
}

/* A misspelled key must not be ignored: the chain would be a different one. */
static int check_keys(struct json_object *o, const char *const *known, const char *const *more,
		      const char *where, struct cni_error *e)
{
	struct json_object_iterator i = json_object_iter_begin(o), end = json_object_iter_end(o);

	for (; !json_object_iter_equal(&i, &end); json_object_iter_next(&i)) {
		const char *key = json_object_iter_peek_name(&i);

		if (is_one_of(key, known) || is_one_of(key, more) || !strncmp(key, "cni.dev/", 8))
			continue;
		return cni_fail(e, CNI_UNSUPPORTED_FIELD,
				"unsupported key \"%.200s\" in %s: %.300s", key, where,
				json_object_to_json_string_ext(json_object_iter_peek_value(&i),
							       JSON_C_TO_STRING_PLAIN));
	}
	return 0;
}

static int get_side(struct cni_config *c, struct json_object *o, struct cni_error *e)
{
	const char *side = get_string(o, "side", e);

	if (!side)
		return e->code ? -1 : 0;
	c->host_side = !strcmp(side, "host");
	if (c->host_side || !strcmp(side, "container"))
		return 0;
	return cni_fail(e, CNI_BAD_CONFIG,
			"\"side\" must be \"container\" or \"host\", not \"%.200s\"", side);
}

/* Values of the object replace those that were read before. */
static int get_chain(struct cni_config *c, struct json_object *o, const char *where,
		     struct cni_error *e)
{
	const char *chain = get_string(o, "chain", e), *share = get_string(o, "share", e);
	struct json_object *entries = NULL;

	if (json_object_object_get_ex(o, "entries", &entries) &&
	    !json_object_is_type(entries, json_type_array))
		cni_fail(e, CNI_BAD_CONFIG, "\"entries\" is not an array");
	if (e->code || get_side(c, o, e))
		return -1;
	if (!!chain + !!share + !!entries > 1)
		return cni_fail(e, CNI_BAD_CONFIG,
				"only one of \"chain\", \"entries\" and \"share\" is allowed in %s",
				where);
	if (!chain && !share && !entries)
		return 0;
	c->chain = chain;
	c->entries = entries;
	c->share = share;
	return 0;
}

/*
 * The object of a key of @o, NULL if it is not there or null.  Something else must not be
 * ignored: the chain would be a different one.
 */
static struct json_object *get_object(struct json_object *o, const char *key, const char *where,
				      struct cni_error *e)
{
	struct json_object *value;

	if (!o || !json_object_object_get_ex(o, key, &value) || !value)
		return NULL;
	if (json_object_is_type(value, json_type_object))
		return value;
	cni_fail(e, CNI_BAD_CONFIG, "\"%s\" is not an object", where);
	return NULL;
}

static int get_dynamic(struct cni_config *c, struct json_object *outer, const char *where,
		       struct cni_error *e)
{
	static const char *const known[] = { "side", "chain", "entries", "share", NULL };
	struct json_object *o = get_object(outer, DYNAMIC, where, e);

	if (e->code || !o)
		return e->code ? -1 : 0;
	return check_keys(o, known, known, where, e) ? -1 : get_chain(c, o, where, e);
}

static int check_values(const struct cni_config *c, struct cni_error *e)
{
	if (!c->chain && !c->entries && !c->share)
		return cni_fail(e, CNI_BAD_CONFIG,
				"one of \"chain\", \"entries\" and \"share\" is required");
	if (c->chain && *c->chain != '/')
		return cni_fail(e, CNI_BAD_CONFIG, "\"chain\" is not an absolute path: \"%.300s\"",
				c->chain);
	if (c->share && !netlink_name_valid(c->share))
		return cni_fail(e, CNI_BAD_CONFIG, "\"share\" is not an interface name: \"%.100s\"",
				c->share);
	return 0;
}

static bool has_chain(struct json_object *o)
{
	return json_object_object_get_ex(o, "chain", NULL) ||
	       json_object_object_get_ex(o, "entries", NULL) ||
	       json_object_object_get_ex(o, "share", NULL);
}

int cni_config_chain(struct cni_config *c, struct cni_error *e)
{
	static const char *const ours[] = { "side", "chain", "entries", "share", NULL };
	static const char *const general[] = {
		"cniVersion",	 "name", "type",   "capabilities",
		"runtimeConfig", "args", "ipMasq", "ipam",
		"prevResult",	 "dns",	 NULL,
	};
	struct json_object *args = get_object(c->root, "args", "args", e);
	struct json_object *args_cni = get_object(args, "cni", "args.cni", e);
	struct json_object *runtime = get_object(c->root, "runtimeConfig", "runtimeConfig", e);

	if (e->code || check_keys(c->root, ours, general, "the configuration", e))
		return -1;
	if (get_dynamic(c, args_cni, "args.cni." DYNAMIC, e))
		return -1;
	/* Users must not move the chain of the list to the other side. */
	if (has_chain(c->root))
		c->host_side = false;
	if (get_chain(c, c->root, "the configuration", e))
		return -1;
	if (get_dynamic(c, runtime, "runtimeConfig." DYNAMIC, e))
		return -1;
	return check_values(c, e);
}

/* ---- answers that need none ---- */

void cni_config_print_version(void)
{
	printf("{\"cniVersion\":\"" CNI_NEWEST "\",\"supportedVersions\":[");
	for (size_t i = 0; i < N_VERSIONS; i++)
		printf("%s\"%s\"", i ? "," : "", versions[i].text);
	puts("]}");
}

void cni_config_print_about(void)
{
	fputs("xdp-multi: the CNI plugin of ip link xdp multi, see xdp-multi-cni(8)\n"
	      "CNI protocol versions supported: 0.3.1, 0.4.0, 1.0.0, 1.1.0\n",
	      stderr);
}
