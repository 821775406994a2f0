// SPDX-License-Identifier: GPL-2.0-or-later
/* A change, from request to kernel. */
#include "txn.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dispatcher.h"
#include "grace.h"
#include "object.h"
#include "probe.h"
#include "view.h"

#define MAX_TRIES 16

/*
 * struct target - one device on its way from the old chain to the new
 * @mode: in which the new dispatcher is attached
 * @links: of the new dispatcher, one fd per slot; @n_links are open
 */
struct target {
	struct netlink_link link;
	struct view old;
	struct chain new;
	enum xdp_mode mode;
	struct dispatcher dispatcher;
	int links[CHAIN_MAX];
	unsigned int n_links;
	bool unchanged;
	bool pinned;
	bool swapped;
};

struct txn {
	struct netlink *nl;
	struct store *store;
	const struct request *rq;
	const struct entry *entry;	/* what add inserts, or NULL */
	struct target *targets;
	unsigned int n;
	struct report *r;
};

static struct store_dir new_dir(const struct target *t)
{
	return (struct store_dir) {
		.kind = t->new.format == FORMAT_EXTENDED ? STORE_EXTENDED :
							   STORE_LIBXDP,
		.ifindex = t->link.ifindex,
		.id = t->dispatcher.id,
	};
}

/* ---- read ---- */

static int refuse_foreign(const struct txn *x, const struct view *v)
{
	const char *dev = v->link.ifname;

	switch (v->foreign) {
	case FOREIGN_LINK:
		return report_fail(x->r, STATUS_REFUSED, EBUSY,
				   "Program %u is attached by bpf_link %u: only the link's holder can take it off",
				   v->prog.id, v->link_id);
	case FOREIGN_HW:
		return report_fail(x->r, STATUS_REFUSED, EBUSY,
				   "Program %u runs in the hardware", v->prog.id);
	case FOREIGN_UNREADABLE:
		return report_fail(x->r, STATUS_NOT_TRIED, EPERM, "%s",
				   v->reason);
	case FOREIGN_PROGRAM:
	case FOREIGN_DISPATCHER:
		break;
	}
	if (x->rq->verb == VERB_ADD)
		return report_fail(x->r, STATUS_REFUSED, EBUSY,
				   "The XDP program \"%s\" (id %u) is attached and is no chain (%s): detach it with \"ip link set dev %s xdp off\", or displace it with \"overwrite\"",
				   v->prog.name, v->prog.id, v->reason, dev);
	return report_fail(x->r, STATUS_REFUSED, EBUSY,
			   "The XDP program \"%s\" (id %u) is attached and is no chain (%s)",
			   v->prog.name, v->prog.id, v->reason);
}

/* May this chain be changed from here, and without leaving anything behind? */
static int check_whole(const struct txn *x, const struct view *v)
{
	if (!v->problems.n_warnings)
		return 0;
	/* Taking everything off is always possible where the pins are. */
	if (x->rq->verb == VERB_FLUSH && v->pinned)
		return 0;
	return report_fail(x->r, STATUS_REFUSED, EUCLEAN,
			   "The chain is not whole: %s",
			   v->problems.warnings[0]);
}

static int check_nothing_there(const struct txn *x)
{
	if (x->rq->verb == VERB_ADD || x->rq->if_exists ||
	    (x->rq->verb == VERB_FLUSH && x->rq->all))
		return 0;
	return report_fail(x->r, STATUS_REFUSED, ENOENT,
			   "No such chain: nothing is attached");
}

static int check_mode(const struct txn *x, const struct target *t)
{
	unsigned int modes = x->rq->modes;

	if (!modes || modes & t->old.mode)
		return 0;
	return report_fail(x->r, STATUS_REFUSED, EEXIST,
			   "The interface is in %s mode and cannot change to %s while a program is attached: flush it first",
			   t->old.mode == XDP_MODE_NATIVE ? "native" : "generic",
			   modes == XDP_MODE_NATIVE ? "native" : "generic");
}

static int read_target(const struct txn *x, struct target *t)
{
	struct view *v = &t->old;
	int err;

	err = netlink_link_index(x->nl, t->link.ifindex, &t->link, x->r);
	if (err)
		return err;
	err = view_read(x->nl, x->store, &t->link, v, x->r);
	if (err)
		return err;
	t->mode = v->mode;
	switch (v->kind) {
	case VIEW_NONE:
		err = check_nothing_there(x);
		t->unchanged = x->rq->verb != VERB_ADD;
		return err;
	case VIEW_FOREIGN:
		t->unchanged = x->rq->verb == VERB_FLUSH && x->rq->all;
		if (t->unchanged)
			return 0;
		if (!x->rq->overwrite || v->foreign == FOREIGN_LINK ||
		    v->foreign == FOREIGN_HW ||
		    v->foreign == FOREIGN_UNREADABLE)
			return refuse_foreign(x, v);
		return check_mode(x, t);
	case VIEW_CHAIN:
		err = check_whole(x, v);
		return err ? err : check_mode(x, t);
	}
	return -EINVAL;
}

/* ---- edit ---- */

static int edit_target(const struct txn *x, struct target *t)
{
	int err;

	if (t->unchanged)
		return 0;
	if (t->old.kind == VIEW_CHAIN)
		t->new = t->old.chain;
	err = request_edit(x->rq, x->entry, &t->new, x->r);
	if (err || !t->new.n)
		return err;
	err = chain_settle_format(&t->new, x->rq->format, probe_fresh_format(),
				  x->r);
	if (err)
		return err;
	t->unchanged = t->old.kind == VIEW_CHAIN &&
		       chain_equal(&t->old.chain, &t->new);
	return 0;
}

/* ---- build and check ---- */

static int check_link(const struct txn *x, const struct target *t,
		      unsigned int slot)
{
	const struct dispatcher *d = &t->dispatcher;
	struct kobj_link link;
	int err = kobj_link_info(t->links[slot], &link, x->r);

	if (err)
		return err;
	if (link.prog == t->new.entries[slot].program->id &&
	    (!link.target || (link.target == d->id &&
	     link.target_func == d->func[d->n == 1 ? 0 : 1 + slot])))
		return 0;
	return report_fail(x->r, STATUS_REFUSED, EIO,
			   "The kernel linked another program into slot %u than it was told to",
			   slot);
}

static int build_target(const struct txn *x, struct target *t)
{
	int err;

	if (t->unchanged || !t->new.n)
		return 0;
	err = dispatcher_load(&t->new, &t->dispatcher, x->r);
	for (unsigned int i = 0; !err && i < t->new.n; i++) {
		int fd = dispatcher_link(&t->dispatcher, i,
					 t->new.entries[i].program->fd, x->r);

		if (fd < 0)
			return fd;
		t->links[t->n_links++] = fd;
		err = check_link(x, t, i);
	}
	return err;
}

/* ---- pin ---- */

static int pin_slot(const struct target *t, int dir, unsigned int slot,
		    struct report *r)
{
	char name[32];
	int err;

	snprintf(name, sizeof(name), "prog%u-prog", slot);
	err = store_pin(dir, name, t->new.entries[slot].program->fd, r);
	if (err)
		return err;
	snprintf(name, sizeof(name), "prog%u-link", slot);
	return store_pin(dir, name, t->links[slot], r);
}

static int pin_target(const struct txn *x, struct target *t)
{
	struct store_dir which = new_dir(t);
	int dir, err = 0;

	if (t->unchanged || !t->new.n)
		return 0;
	dir = store_create_dir(x->store, &which, x->r);
	if (dir < 0)
		return dir;
	t->pinned = true;
	for (unsigned int i = 0; !err && i < t->new.n; i++)
		err = pin_slot(t, dir, i, x->r);
	close(dir);
	return err;
}

static void unpin_new(const struct txn *x, struct target *t)
{
	struct store_dir which = new_dir(t);

	if (t->pinned && !t->swapped)
		store_remove_dir(x->store, &which, x->r);
	t->pinned = false;
}

/* ---- swap ---- */

/* A new chain in mode auto: native, and generic only where the driver has no
 * native mode.  Any other refusal (MTU, queues) must not end in the slow mode. */
static int attach_first(const struct txn *x, struct target *t)
{
	unsigned int modes = x->rq->modes ? x->rq->modes : XDP_MODE_AUTO;
	int err;

	t->mode = modes & XDP_MODE_NATIVE ? XDP_MODE_NATIVE : XDP_MODE_GENERIC;
	err = netlink_swap(x->nl, t->link.ifindex, t->mode, t->dispatcher.fd,
			   -1, x->r);
	if (err != -EOPNOTSUPP || modes != XDP_MODE_AUTO)
		return err;
	report_clear_error(x->r);
	t->mode = XDP_MODE_GENERIC;
	err = netlink_swap(x->nl, t->link.ifindex, t->mode, t->dispatcher.fd,
			   -1, x->r);
	if (!err)
		report_warn(x->r, "dev %s: the driver has no native XDP, the chain runs in generic mode",
			    t->link.ifname);
	return err;
}

static int swap_target(const struct txn *x, struct target *t)
{
	int err;

	if (t->unchanged)
		return 0;
	if (t->old.kind == VIEW_NONE)
		err = attach_first(x, t);
	else
		err = netlink_swap(x->nl, t->link.ifindex, t->mode,
				   t->new.n ? t->dispatcher.fd : -1, t->old.fd,
				   x->r);
	t->swapped = !err;
	return err;
}

/* Give a device its old program back, unless somebody changed it since. */
static void swap_back(const struct txn *x, struct target *t)
{
	struct report failed = REPORT_INIT;

	if (!t->swapped)
		return;
	if (netlink_swap(x->nl, t->link.ifindex, t->mode,
			 t->old.kind == VIEW_NONE ? -1 : t->old.fd,
			 t->new.n ? t->dispatcher.fd : -1, &failed))
		report_warn(x->r, "dev %s could not be given its old chain back and has the new one: %s",
			    t->link.ifname, failed.error);
	else
		t->swapped = false;
	report_free(&failed);
}

/* ---- unpin old ---- */

static void unpin_old(const struct txn *x, struct target *t)
{
	struct store_dir which = view_dir(&t->old);
	struct report failed = REPORT_INIT;

	if (!t->swapped || t->old.kind != VIEW_CHAIN || !t->old.pinned)
		return;
	if (store_remove_dir(x->store, &which, &failed))
		report_warn(x->r, "dev %s: the old chain's pins were left behind: %s",
			    t->link.ifname, failed.error);
	report_free(&failed);
}

/* ---- the steps in order ---- */

static int each(const struct txn *x,
		int (*step)(const struct txn *x, struct target *t))
{
	int err = 0;

	for (unsigned int i = 0; !err && i < x->n; i++) {
		err = step(x, &x->targets[i]);
		if (err)
			report_context(x->r, "dev %s",
				       x->targets[i].link.ifname);
	}
	return err;
}

static void release(struct target *t)
{
	struct netlink_link link = t->link;

	while (t->n_links)
		close(t->links[--t->n_links]);
	dispatcher_close(&t->dispatcher);
	view_close(&t->old);
	memset(t, 0, sizeof(*t));
	t->link = link;
	t->dispatcher.fd = -1;
	t->old.fd = -1;
}

/* Pin everything, then swap device by device; on failure the other way round.
 * A packet may still be inside a dispatcher that was just taken off, so nothing
 * that it needs may go before a grace period is over. */
static int swap_all(const struct txn *x)
{
	bool attached = false;
	int err = each(x, pin_target);

	if (!err)
		err = each(x, swap_target);
	for (unsigned int i = x->n; i-- > 0;) {
		attached |= x->targets[i].swapped;
		if (err)
			swap_back(x, &x->targets[i]);
	}
	if (attached && !grace_period()) {
		report_warn(x->r, "Cannot wait for packets in flight (membarrier and packet sockets are refused): pins that are no longer needed were left behind");
		return err;
	}
	for (unsigned int i = 0; i < x->n; i++) {
		if (err)
			unpin_new(x, &x->targets[i]);
		else
			unpin_old(x, &x->targets[i]);
	}
	return err;
}

static int try_once(const struct txn *x)
{
	int err = each(x, read_target);

	if (!err)
		err = each(x, edit_target);
	if (!err)
		err = each(x, build_target);
	if (!err)
		err = swap_all(x);
	for (unsigned int i = 0; i < x->n; i++)
		release(&x->targets[i]);
	return err;
}

/* Between pin and unpin a signal would leave pins behind for the next change to
 * clear up: let it wait. */
static int try_undisturbed(const struct txn *x)
{
	sigset_t hold, before;
	int err;

	sigemptyset(&hold);
	sigaddset(&hold, SIGINT);
	sigaddset(&hold, SIGTERM);
	sigaddset(&hold, SIGHUP);
	sigprocmask(SIG_BLOCK, &hold, &before);
	err = try_once(x);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}

static void back_off(unsigned int try)
{
	long base = 1000000L << (try < 6 ? try : 6);
	struct timespec pause = { .tv_nsec = base + random() % base };

	nanosleep(&pause, NULL);
}

static bool lost_race(int err)
{
	return err == -ESTALE || err == -EAGAIN;
}

static int run_locked(const struct txn *x)
{
	unsigned int try;
	int err = 0;

	srandom(getpid());
	for (try = 0; try < MAX_TRIES; try++) {
		err = try_undisturbed(x);
		if (!lost_race(err))
			return err;
		report_clear_error(x->r);
		back_off(try);
	}
	return report_fail(x->r, STATUS_RETRY, EAGAIN,
			   "Somebody else kept changing the interface: gave up after %u tries",
			   try);
}

/* ---- before the lock ---- */

static int add_target(struct txn *x, const struct netlink_link *link)
{
	struct target *t;

	for (unsigned int i = 0; i < x->n; i++)
		if (x->targets[i].link.ifindex == link->ifindex)
			return 0;
	t = realloc(x->targets, (x->n + 1) * sizeof(*t));
	if (!t)
		return report_fail(x->r, STATUS_NOT_TRIED, ENOMEM, "%s",
				   strerror(ENOMEM));
	x->targets = t;
	t += x->n++;
	memset(t, 0, sizeof(*t));
	t->link = *link;
	t->dispatcher.fd = -1;
	t->old.fd = -1;
	return 0;
}

static int add_with_program(const struct netlink_link *link, void *arg)
{
	return link->modes ? add_target(arg, link) : 0;
}

static int find_targets(struct txn *x)
{
	struct netlink_link link;
	int err;

	if (x->rq->all)
		return netlink_each_link(x->nl, add_with_program, x, x->r);
	for (unsigned int i = 0; i < x->rq->n_devs; i++) {
		err = netlink_link(x->nl, x->rq->devs[i], &link, x->r);
		if (err == -ENODEV && x->rq->if_exists) {
			report_clear_error(x->r);
			continue;
		}
		if (!err)
			err = add_target(x, &link);
		if (err)
			return err;
	}
	return 0;
}

static int load_program(const struct request *rq, struct object *o,
			struct entry *e, struct report *r)
{
	const struct object_request orq = {
		.path = rq->program.object,
		.section = rq->program.section,
		.function = rq->program.function,
		.name = *rq->name ? rq->name : NULL,
		.has_proceed_on = rq->has_proceed_on,
		.proceed_on = rq->proceed_on,
	};
	int err = object_load(&orq, o, r);

	if (err)
		return err;
	memset(e, 0, sizeof(*e));
	strcpy(e->name, o->name);
	e->prio = rq->has_prio ? rq->prio : o->prio;
	e->proceed_on = o->proceed_on;
	e->program = &o->program;
	return 0;
}

/* Pins in a bpffs of a passing mount namespace go with it, and the programs of
 * the chain with them. */
static int check_bpffs(const struct txn *x)
{
	if (x->rq->verb != VERB_ADD || !x->store->not_init || x->rq->force)
		return 0;
	return report_fail(x->r, STATUS_NOT_TRIED, EXDEV,
			   "The bpffs at %s is not the one of init: a chain pinned there ends with this mount namespace; use \"ip -n NETNS\" instead of \"ip netns exec\", or -force",
			   x->store->path);
}

int txn_run(struct netlink *nl, struct store *s, const struct request *rq,
	    struct report *r)
{
	struct txn x = { .nl = nl, .store = s, .rq = rq, .r = r };
	struct object object = { .program.fd = -1 };
	struct entry entry;
	int err;

	err = find_targets(&x);
	if (err || !x.n)
		goto out;
	err = check_bpffs(&x);
	if (!err && rq->verb == VERB_ADD) {
		err = load_program(rq, &object, &entry, r);
		x.entry = &entry;
	}
	if (!err)
		err = store_lock(s, rq->wait, r);
	if (err)
		goto out;
	err = run_locked(&x);
	store_unlock(s);
out:
	object_close(&object);
	free(x.targets);
	return err;
}
