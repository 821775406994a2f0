// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the interface that gets the chain. */
#include "place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "kernel/kobj.h"
#include "kernel/netlink.h"
#include "kernel/netns.h"
#include "session/session.h"

/* ---- namespaces ---- */

static int bad_netns(const char *path, struct report *r, struct cni_error *e)
{
	cni_fail_report(e, r, "CNI_NETNS \"%.300s\" is not a network namespace", path);
	e->code = CNI_BAD_NETNS;
	return -1;
}

/* DEL is also called when the namespace is gone. */
static int check_netns(const struct cni_place *p, const struct cni_environment *env,
		       struct cni_error *e)
{
	struct report r = REPORT_INIT;
	int fd = netns_open(env->netns, &r), err = 0;
	bool is_hosts;

	if (fd < 0 && kobj_is_shortage(-fd)) {
		err = cni_fail_report(e, &r, "cannot enter the network namespace of the container");
		report_free(&r);
		return err;
	}
	if (fd < 0) {
		err = env->command == CNI_DEL ? 0 : bad_netns(env->netns, &r, e);
		report_free(&r);
		return err;
	}
	/* Without the right to look at process 1, only the plugin's own namespace counts. */
	is_hosts = netns_same(fd, p->home) || netns_is_at(fd, NETNS_INIT, NULL) > 0;
	close(fd);
	if (is_hosts && !env->may_be_own_netns)
		return cni_fail(
			e, CNI_BAD_NETNS,
			"CNI_NETNS \"%.300s\" is the plugin's own network namespace or the host's",
			env->netns);
	return 0;
}

int cni_place_open(struct cni_place *p, const struct cni_environment *env, struct cni_error *e)
{
	struct report r = REPORT_INIT;
	int err = 0;

	*p = (struct cni_place){ .home = netns_open(NETNS_OWN, &r) };
	if (p->home < 0)
		err = cni_fail_report(e, &r, "cannot open the plugin's own network namespace");
	report_free(&r);
	snprintf(p->home_path, sizeof(p->home_path), "/proc/self/fd/%d", p->home);
	return err || !env->netns ? err : check_netns(p, env, e);
}

void cni_place_close(struct cni_place *p)
{
	if (p->home >= 0)
		close(p->home);
}

/* ---- the other end ---- */

static int read_link(const char *netns, const char *name, int ifindex, struct netlink_link *link,
		     struct report *r)
{
	struct session s;
	int err = session_open(&s, netns, SESSION_READ, r);

	if (err)
		return err;
	err = name ? netlink_link(s.nl, name, link, r) : netlink_link_index(s.nl, ifindex, link, r);
	return session_leave(&s, err, r);
}

static int use(struct cni_place *p, const struct netlink_link *link)
{
	snprintf(p->ifname, sizeof(p->ifname), "%s", link->ifname);
	p->ifindex = link->ifindex;
	return 0;
}

/* The two ends of a veth name each other. */
static int find_peer(struct cni_place *p, const struct netlink_link *inside, struct cni_error *e)
{
	struct netlink_link outside;

	if (!read_link(NULL, NULL, inside->veth_peer, &outside, NULL) &&
	    outside.veth_peer == inside->ifindex)
		return use(p, &outside);
	return cni_fail(e, CNI_NOT_TRIED,
			"the other end of %s is not in the plugin's network namespace",
			inside->ifname);
}

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(o, key, &value) || !cni_config_is_text(value))
		return "";
	return json_object_get_string(value);
}

/* An interface of several containers must not get the chain of one. */
static bool is_bridge(const char *name)
{
	struct netlink_link link;

	return !read_link(NULL, name, 0, &link, NULL) && !strcmp(link.kind, "bridge");
}

/* The only interface that the previous plugins made outside of a sandbox, except bridges,
 * such as a tap device for a virtual machine.  NULL for none or several. */
static const char *only_outside(struct json_object *prev)
{
	struct json_object *all, *o;
	const char *found = NULL;

	if (!json_object_object_get_ex(prev, "interfaces", &all) ||
	    !json_object_is_type(all, json_type_array))
		return NULL;
	for (size_t i = 0; i < json_object_array_length(all); i++) {
		const char *name;

		o = json_object_array_get_idx(all, i);
		name = text_of(o, "name");
		if (*text_of(o, "sandbox") || !netlink_name_valid(name) || is_bridge(name))
			continue;
		if (found)
			return NULL;
		found = name;
	}
	return found;
}

static int find_outside(struct cni_place *p, const struct cni_environment *env,
			const struct cni_config *c, struct cni_error *e)
{
	struct report r = REPORT_INIT;
	struct netlink_link link;
	const char *name;
	int err;

	if (!read_link(env->netns, env->ifname, 0, &link, NULL) && link.veth_peer)
		return find_peer(p, &link, e);
	name = c->prev ? only_outside(c->prev) : NULL;
	if (!name)
		return cni_fail(
			e, CNI_BAD_CONFIG,
			"%s has no other end on the host: it is not a veth, and prevResult does not name exactly one host interface that is not a bridge",
			env->ifname);
	err = read_link(NULL, name, 0, &link, &r);
	if (err)
		cni_fail_report(e, &r, "cannot find the host side of %s", env->ifname);
	report_free(&r);
	return err ? -1 : use(p, &link);
}

int cni_place_find(struct cni_place *p, const struct cni_environment *env,
		   const struct cni_config *c, struct cni_error *e)
{
	if (c->host_side)
		return find_outside(p, env, c, e);
	p->netns = env->netns;
	strcpy(p->ifname, env->ifname);
	return 0;
}
