// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of a container. */
#include "state.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "kernel/netlink.h"
#include "syntax/text_file.h"

#define CHAIN_ANNOTATION     "org.xdp-multi.chain"
#define INTERFACE_ANNOTATION "org.xdp-multi.interface"
#define DEFAULT_INTERFACE    "eth0"
#define ID_MAX		     500 /* so that the owner is complete */
#define MAX_DEPTH	     64

/* A string; NULL if it is not there, or is something else. */
static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *value;
	const char *text;

	if (!json_object_object_get_ex(o, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

static int bad(struct report *r, const char *what)
{
	return report_fail(r, STATUS_NOT_TRIED, EINVAL, "The container's state on stdin has %s",
			   what);
}

/* An annotation that cannot be read must not be ignored: the container would run without
 * its chain. */
static int read_annotation(struct json_object *annotations, const char *key, const char **value,
			   struct report *r)
{
	const char *text;

	if (!json_object_object_get_ex(annotations, key, NULL))
		return 0;
	text = text_of(annotations, key);
	if (!text)
		return report_fail(r, STATUS_NOT_TRIED, EINVAL,
				   "Annotation %s is not a string without zero bytes", key);
	*value = text;
	return 0;
}

static int read_annotations(struct oci_state *s, struct report *r)
{
	struct json_object *annotations;
	int err = 0;

	s->ifname = DEFAULT_INTERFACE;
	/* The hook finds its chains by their owner: an invalid annotation must not keep
	 * them. */
	if (s->stopped)
		return 0;
	if (json_object_object_get_ex(s->root, "annotations", &annotations) && annotations) {
		if (!json_object_is_type(annotations, json_type_object))
			return bad(r, "\"annotations\" that are not an object");
		err = read_annotation(annotations, CHAIN_ANNOTATION, &s->chain, r);
		if (!err)
			err = read_annotation(annotations, INTERFACE_ANNOTATION, &s->ifname, r);
	}
	if (!err && s->chain && *s->chain != '/')
		err = report_fail(r, STATUS_NOT_TRIED, EINVAL,
				  "The chain file (" CHAIN_ANNOTATION
				  ") is not an absolute path: \"%.300s\"",
				  s->chain);
	if (!err && !netlink_name_valid(s->ifname))
		err = report_fail(r, STATUS_NOT_TRIED, EINVAL,
				  "Annotation " INTERFACE_ANNOTATION
				  " is not an interface name: \"%.100s\"",
				  s->ifname);
	return err;
}

/* A string that the state must have. */
static int need(struct json_object *root, const char *key, const char **text, struct report *r)
{
	static const char where[] = "The container's state on stdin";

	*text = text_of(root, key);
	if (*text)
		return 0;
	if (!json_object_object_get_ex(root, key, NULL))
		return report_fail(r, STATUS_NOT_TRIED, EINVAL, "%s has no \"%s\"", where, key);
	return report_fail(r, STATUS_NOT_TRIED, EINVAL, "%s: \"%s\" is not a string", where, key);
}

/* The id becomes a word of the owner, and a part of messages. */
static int check_id(const char *id, struct report *r)
{
	if (!*id)
		return bad(r, "an empty \"id\"");
	if (strlen(id) > ID_MAX)
		return bad(r, "an \"id\" that is too long");
	for (; *id; id++)
		if (isspace((unsigned char)*id) || iscntrl((unsigned char)*id))
			return bad(r, "an \"id\" with blanks or control characters");
	return 0;
}

/* The id of a process in @root; 0 if there is none, -1 if it is something else.  A
 * conversion would make process 1 of true. */
static pid_t pid_of(struct json_object *root)
{
	struct json_object *value;
	int64_t pid;

	if (!json_object_object_get_ex(root, "pid", &value) || !value)
		return 0;
	if (!json_object_is_type(value, json_type_int))
		return -1;
	pid = json_object_get_int64(value);
	return pid < 0 || pid > INT_MAX ? -1 : pid;
}

/*
 * At createRuntime the status is "creating" with runc, and "created" with crun.  At
 * poststop it is "stopped", and the process is 0 with crun and missing with runc.
 */
static int read_process(struct oci_state *s, struct report *r)
{
	const char *status;
	int err = need(s->root, "status", &status, r);

	if (err)
		return err;
	s->stopped = !strcmp(status, "stopped");
	if (s->stopped)
		return 0;
	if (strcmp(status, "creating") != 0 && strcmp(status, "created") != 0 &&
	    strcmp(status, "running") != 0)
		return bad(r, "an unknown \"status\"");
	s->pid = pid_of(s->root);
	if (!s->pid)
		return bad(r, "no \"pid\"");
	return s->pid < 0 ? bad(r, "a \"pid\" that is not the number of a process") : 0;
}

static struct json_object *parse(const char *text)
{
	struct json_tokener *tok = json_tokener_new_ex(MAX_DEPTH);
	struct json_object *o = NULL;

	if (!tok)
		return NULL;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(tok, text, strlen(text) + 1);
	json_tokener_free(tok);
	return o;
}

int oci_state_read(struct oci_state *s, const char *chain, struct report *r)
{
	char *text = text_slurp_within(STDIN_FILENO, TEXT_PATIENCE);
	int err;

	*s = (struct oci_state){ .root = text ? parse(text) : NULL, .chain = chain };
	if (!text)
		return report_fail(r, STATUS_NOT_TRIED, errno,
				   "Cannot read the container's state on stdin: %s",
				   text_slurp_why(errno));
	free(text);
	if (!json_object_is_type(s->root, json_type_object))
		return report_fail(r, STATUS_NOT_TRIED, EINVAL,
				   "The container's state on stdin is not a JSON object");
	err = need(s->root, "id", &s->id, r);
	if (!err)
		err = check_id(s->id, r);
	if (!err)
		err = read_process(s, r);
	return err ? err : read_annotations(s, r);
}

void oci_state_free(struct oci_state *s)
{
	json_object_put(s->root);
	*s = (struct oci_state){ 0 };
}
