// SPDX-License-Identifier: GPL-2.0-or-later
/* GC and STATUS. */
#include "verbs_network.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "chain.h"
#include "dispatcher/probe.h"
#include "owner.h"
#include "session/session.h"
#include "session/tenant.h"

/* ---- GC ---- */

/* struct valid - the attachments that stay, of one network */
struct valid {
	const char *network;
	struct json_object *list;
};

static bool is_listed(const struct valid *v, const char *container, const char *ifname)
{
	size_t n = json_object_array_length(v->list), len = ifname - 1 - container;

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(v->list, i), *id, *name;

		if (json_object_object_get_ex(o, "containerID", &id) &&
		    json_object_object_get_ex(o, "ifname", &name) &&
		    strlen(json_object_get_string(id)) == len &&
		    !strncmp(json_object_get_string(id), container, len) &&
		    !strcmp(json_object_get_string(name), ifname))
			return true;
	}
	return false;
}

static bool is_stale(const char *owner, void *arg)
{
	const char *container, *ifname;
	const struct valid *v = arg;

	return owner_in_network(owner, v->network, &container, &ifname) &&
	       !is_listed(v, container, ifname);
}

/* A list that cannot be read must not count as "none is valid". */
static int check_list(struct json_object *list, const char *key, struct cni_error *e)
{
	if (!json_object_is_type(list, json_type_array))
		return cni_fail(e, CNI_BAD_CONFIG, "\"%s\" is not an array", key);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *o = json_object_array_get_idx(list, i), *id, *name;

		if (!json_object_is_type(o, json_type_object) ||
		    !json_object_object_get_ex(o, "containerID", &id) ||
		    !json_object_object_get_ex(o, "ifname", &name) || !cni_config_is_text(id) ||
		    !cni_config_is_text(name))
			return cni_fail(
				e, CNI_BAD_CONFIG,
				"%s[%zu] is not an object with \"containerID\" and \"ifname\"", key,
				i);
	}
	return 0;
}

int verbs_gc(const struct cni_config *c, struct cni_error *e)
{
	static const char key[] = "cni.dev/valid-attachments";
	struct valid v = { .network = c->name };
	const struct owner_filter stale = { .matches = is_stale, .arg = &v };
	struct json_object *none = json_object_new_array();
	struct report r = REPORT_INIT;
	int err;

	if (!json_object_object_get_ex(c->root, key, &v.list)) {
		err = cni_fail(e, CNI_BAD_CONFIG, "\"%s\" is missing", key);
	} else {
		/* libcni writes null for an empty list. */
		if (!v.list)
			v.list = none;
		err = check_list(v.list, key, e);
	}
	if (!err && tenant_release(&stale, NULL, &r))
		err = cni_fail_report(e, &r, "cannot remove all stale chains");
	cni_warn(&r);
	report_free(&r);
	json_object_put(none);
	return err;
}

/* ---- STATUS ---- */

static int unavailable(struct cni_error *e, const char *details)
{
	cni_fail(e, CNI_UNAVAILABLE, "the plugin cannot make chains now");
	snprintf(e->details, sizeof(e->details), "%s", details);
	return -1;
}

static int check_kernel(struct cni_error *e)
{
	struct report r = REPORT_INIT;
	struct features f;
	int err = 0;

	probe_features(&f, &r);
	if (f.dispatcher != FEATURE_YES || (f.ext_link != FEATURE_YES && f.tail != FEATURE_YES))
		err = unavailable(e, report_error(&r));
	report_free(&r);
	return err;
}

static int check_objects(const struct request *rq, struct cni_error *e)
{
	for (unsigned int i = 0; i < rq->n_entries; i++) {
		const char *object = rq->entries[i].source.object;

		if (!object || !access(object, R_OK))
			continue;
		unavailable(e, "");
		snprintf(e->details, sizeof(e->details), "cannot read \"%.500s\": %s", object,
			 strerror(errno));
		return -1;
	}
	return 0;
}

/* The chain to share must exist. */
static int check_source(struct session *s, const char *ifname, struct report *r)
{
	struct view *v = malloc(sizeof(*v));
	int err = v ? session_view(s, ifname, v, r) : report_no_memory(r);

	if (!err && (v->kind != VIEW_CHAIN || !view_is_whole(v)))
		err = report_fail(r, STATUS_REFUSED, ENOENT, "dev %s has no chain to share",
				  ifname);
	if (v)
		view_close(v);
	free(v);
	return err;
}

static int check_store(const struct request *rq, struct cni_error *e)
{
	struct report r = REPORT_INIT;
	struct session s;
	int err = session_open(&s, NULL, SESSION_CHANGE, &r);

	if (!err) {
		err = tenant_check_store(s.store, &r);
		if (!err && s.store->xdp >= 0)
			err = store_check_writable(s.store, &r);
		if (!err && rq->from)
			err = check_source(&s, rq->from, &r);
		session_close(&s);
	}
	if (err)
		unavailable(e, report_error(&r));
	report_free(&r);
	return err ? -1 : 0;
}

int verbs_status(struct cni_config *c, struct cni_error *e)
{
	struct cni_chain chain = { 0 };
	int err = cni_config_chain(c, e);

	if (!err)
		err = cni_chain_open(&chain, c, e);
	if (!err)
		err = check_objects(&chain.rq, e);
	if (!err)
		err = check_store(&chain.rq, e);
	if (!err)
		err = check_kernel(e);
	cni_chain_close(&chain);
	return err;
}
