// SPDX-License-Identifier: GPL-2.0-or-later
/* ADD, DEL, CHECK. */
#include "verbs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "chain.h"
#include "owner.h"
#include "place.h"
#include "session/tenant.h"
#include "verbs_network.h"

/* struct job - what ADD and CHECK are about */
struct job {
	struct cni_place place;
	struct cni_chain chain;
	struct tenant tenant;
	char owner[OWNER_SIZE];
};

static int job_open(struct job *j, const struct cni_environment *env, struct cni_config *c,
		    struct cni_error *e)
{
	j->place.home = -1;
	if (cni_config_chain(c, e) || cni_chain_open(&j->chain, c, e) ||
	    cni_place_open(&j->place, env, e) || cni_place_find(&j->place, env, c, e))
		return -1;
	if (c->share && j->place.netns)
		j->chain.rq.netns = j->place.home_path;
	owner_write(j->owner, c->name, env->container, env->ifname);
	j->tenant = (struct tenant){
		.owner = j->owner,
		.netns = j->place.netns,
		.ifname = j->place.ifname,
		.ifindex = j->place.ifindex,
		.rq = &j->chain.rq,
	};
	return 0;
}

static void job_close(struct job *j)
{
	cni_place_close(&j->place);
	cni_chain_close(&j->chain);
}

/* ---- DEL ---- */

static int release(const struct cni_environment *env, const struct cni_config *c,
		   struct cni_error *e)
{
	struct owner_of who = { c->name, env->container, env->ifname };
	struct owner_filter whose = { .matches = owner_is, .arg = &who };
	struct report r = REPORT_INIT;
	char owner[OWNER_SIZE];
	int err;

	owner_write(owner, who.network, who.container, who.ifname);
	whose.key = owner_key(owner);
	err = tenant_release(&whose, env->netns, &r);
	if (err)
		cni_fail_report(e, &r, "cannot remove the chain of %s", env->ifname);
	cni_warn(&r);
	report_free(&r);
	return err ? -1 : 0;
}

static int del(const struct cni_environment *env, struct cni_config *c, struct cni_error *e)
{
	struct cni_place place;
	int err = cni_place_open(&place, env, e);

	if (!err)
		err = release(env, c, e);
	cni_place_close(&place);
	return err;
}

/* ---- ADD ---- */

/* The very bytes of the previous result, which is ours too. */
static int print_result(const struct cni_config *c)
{
	fwrite(c->prev_text.start, 1, c->prev_text.len, stdout);
	putchar('\n');
	return fflush(stdout) || ferror(stdout) ? -1 : 0;
}

/* As tenant_add(). */
static int attach(const struct job *j, struct cni_error *e)
{
	struct report r = REPORT_INIT;
	int is = tenant_add(&j->tenant, &r);

	if (is < 0)
		cni_fail_report(e, &r, "cannot give %s its chain", j->place.ifname);
	cni_warn(&r);
	report_free(&r);
	return is;
}

static int add(const struct cni_environment *env, struct cni_config *c, struct cni_error *e)
{
	struct job j = { 0 };
	struct cni_error ignored = { 0 };
	int err, is;

	if (!c->prev)
		return cni_fail(
			e, CNI_BAD_CONFIG,
			"\"prevResult\" is missing: the plugin must come after another one");
	err = job_open(&j, env, c, e);
	is = err ? -1 : attach(&j, e);
	if (is >= 0 && print_result(c)) {
		cni_fail(e, CNI_IO_FAILURE, "cannot write the result: %s", strerror(errno));
		/* A chain that was attached before stays.  The runtime calls DEL after an
		 * error, so a failure here needs no message of its own. */
		if (is)
			release(env, c, &ignored);
		is = -1;
	}
	job_close(&j);
	return is < 0 ? -1 : 0;
}

/* ---- CHECK ---- */

static void note(const struct difference *d, void *arg)
{
	struct cni_error *e = arg;

	if (e->code)
		return;
	cni_fail(e, CNI_DIFFERS, "the chain is not as configured");
	difference_text(d, e->details, sizeof(e->details));
}

static int check(const struct cni_environment *env, struct cni_config *c, struct cni_error *e)
{
	struct report r = REPORT_INIT;
	struct job j = { 0 };
	int err = job_open(&j, env, c, e);

	if (!err && tenant_check(&j.tenant, note, e, &r))
		cni_fail_report(e, &r, "cannot compare the chain of %s with the configuration",
				j.place.ifname);
	cni_warn(&r);
	report_free(&r);
	job_close(&j);
	return e->code ? -1 : 0;
}

int verbs_run(const struct cni_environment *env, struct cni_config *c, struct cni_error *e)
{
	switch (env->command) {
	case CNI_ADD:
		return add(env, c, e);
	case CNI_DEL:
		return del(env, c, e);
	case CNI_CHECK:
		return check(env, c, e);
	case CNI_GC:
		return verbs_gc(c, e);
	case CNI_STATUS:
		return verbs_status(c, e);
	case CNI_VERSION:
		break;
	}
	cni_config_print_version();
	return 0;
}
