// SPDX-License-Identifier: GPL-2.0-or-later
/* "apply": makes the chains that the configuration files define. */
#include "apply.h"

#include <errno.h>
#include <string.h>

#include "config_files.h"

/*
 * struct apply - the state of "apply"
 * @r: report for the current device
 * @all: report for all devices
 */
struct apply {
	struct session *s;
	const struct request *rq;
	const struct txn_preview *preview;
	struct report *r;
	struct report *all;
	enum status worst;
};

/* If a device has no chain and no files, do nothing and do not take the lock. */
static int apply_config(struct apply *a, struct config *c, const struct netlink_link *link)
{
	char name[IFNAMSIZ], *devs[] = { name };

	memcpy(name, link->ifname, sizeof(name));
	c->rq.devs = devs;
	c->rq.n_devs = 1;
	c->rq.all = false;
	if (!c->rq.n_entries && !link->modes && !c->rq.has_expect)
		return 0;
	return session_change(a->s, &c->rq, a->preview, a->r);
}

static int apply_link(struct apply *a, const struct netlink_link *link)
{
	struct config c;
	int err = config_read(&c, a->s->nl, link, a->rq, a->r);

	if (!err)
		err = apply_config(a, &c, link);
	/* Add the device, because not every function that can fail knows it. */
	if (err && strncmp(report_error(a->r), "dev ", 4))
		report_context(a->r, "dev %s", link->ifname);
	config_free(&c);
	return err;
}

static int apply_named(struct apply *a, const char *name)
{
	struct netlink_link link;
	int err = netlink_link(a->s->nl, name, &link, a->r);

	if (err == -ENODEV && a->rq->if_exists) {
		report_clear_error(a->r);
		return 0;
	}
	return err ? err : apply_link(a, &link);
}

/* Change the device @name or @link.  Ignore @link if it is gone by now. */
static void go_on(struct apply *a, const char *name, const struct netlink_link *link)
{
	struct report own = REPORT_INIT;
	int err;

	a->r = &own;
	err = name ? apply_named(a, name) : apply_link(a, link);
	if (!name && err == -ENODEV)
		report_clear_error(&own);
	report_one_of_many(a->all, &own, &a->worst);
	report_free(&own);
}

static int apply_any(const struct netlink_link *link, void *arg)
{
	go_on(arg, NULL, link);
	return 0;
}

int apply_run(struct session *s, const struct request *rq, const struct txn_preview *preview,
	      struct report *r)
{
	struct request own = *rq;
	struct apply a = { .s = s, .rq = &own, .preview = preview, .r = r, .all = r };
	int err = session_policy(s, &own, r);

	if (err)
		return err;
	if (rq->n_devs == 1)
		return apply_named(&a, rq->devs[0]);
	if (rq->all)
		err = netlink_each_link(s->nl, apply_any, &a, r);
	for (unsigned int i = 0; i < rq->n_devs; i++)
		go_on(&a, rq->devs[i], NULL);
	if (!err && a.worst)
		err = report_fail(r, a.worst, EUCLEAN, "Not every device could be configured");
	return err;
}
