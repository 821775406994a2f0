// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of a container. */
#include "state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "kernel/netlink.h"

#define CHAIN_ANNOTATION     "org.xdp-multi.chain"
#define INTERFACE_ANNOTATION "org.xdp-multi.interface"
#define DEFAULT_INTERFACE    "eth0"
#define ID_MAX		     500 /* so that the owner is complete */

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

/* The id becomes a word of the owner. */
static int check_id(const char *id, struct report *r)
{
	if (!id || !*id)
		return bad(r, "no \"id\"");
	if (strlen(id) > ID_MAX || strpbrk(id, " \t\n"))
		return bad(r, "an \"id\" that is too long, or has blanks in it");
	return 0;
}

/*
 * At createRuntime the status is "creating" with runc, and "created" with crun.  At
 * poststop it is "stopped", and the process is 0 with crun and missing with runc.
 */
static int read_process(struct oci_state *s, struct report *r)
{
	const char *status = text_of(s->root, "status");
	struct json_object *pid;

	if (!status)
		return bad(r, "no \"status\"");
	if (json_object_object_get_ex(s->root, "pid", &pid))
		s->pid = json_object_get_int(pid);
	s->stopped = !strcmp(status, "stopped");
	if (!s->stopped && s->pid <= 0)
		return bad(r, "no \"pid\"");
	return 0;
}

int oci_state_read(struct oci_state *s, const char *chain, struct report *r)
{
	int err;

	*s = (struct oci_state){ .root = json_object_from_fd(STDIN_FILENO), .chain = chain };
	if (!s->root || !json_object_is_type(s->root, json_type_object))
		return report_fail(r, STATUS_NOT_TRIED, EINVAL,
				   "The container's state on stdin is not a JSON object");
	s->id = text_of(s->root, "id");
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
