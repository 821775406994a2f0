// SPDX-License-Identifier: GPL-2.0-or-later
/* The steps of a change for one device, first half: read and edit. */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dispatcher/tailcalls.h"
#include "chain/leftover.h"
#include "dispatcher/probe.h"

static bool makes_chain(const struct request *rq)
{
	return rq->verb == VERB_ADD || rq->verb == VERB_REPLACE || rq->verb == VERB_RESTORE ||
	       rq->verb == VERB_SHARE;
}

/* ---- read ---- */

static int refuse_foreign(const struct txn *x, const struct view *v)
{
	const char *dev = v->link.ifname;

	switch (v->foreign) {
	case FOREIGN_LINK:
		return report_fail(
			x->r, STATUS_REFUSED, EBUSY,
			"Program %u is attached by bpf_link %u: only the link's holder can take it off",
			v->prog.id, v->link_id);
	case FOREIGN_HW:
		return report_fail(x->r, STATUS_REFUSED, EBUSY, "Program %u runs in the hardware",
				   v->prog.id);
	case FOREIGN_UNREADABLE:
		return report_fail(x->r, STATUS_NOT_TRIED, EPERM, "%s", v->reason);
	case FOREIGN_PROGRAM:
	case FOREIGN_DISPATCHER:
		break;
	}
	if (makes_chain(x->rq) && v->foreign == FOREIGN_DISPATCHER)
		return report_fail(
			x->r, STATUS_REFUSED, EBUSY,
			"The XDP program \"%s\" (id %u) is attached and is no chain (%s): displace it with \"overwrite\"",
			v->prog.name, v->prog.id, v->reason);
	if (makes_chain(x->rq))
		return report_fail(
			x->r, STATUS_REFUSED, EBUSY,
			"The XDP program \"%s\" (id %u) is attached and is no chain (%s): make it the first entry of one with \"ip link xdp multi adopt dev %s\", or displace it with \"overwrite\"",
			v->prog.name, v->prog.id, v->reason, dev);
	return report_fail(x->r, STATUS_REFUSED, EBUSY,
			   "The XDP program \"%s\" (id %u) is attached and is no chain (%s)",
			   v->prog.name, v->prog.id, v->reason);
}

int chain_refusal(const struct view *v, struct report *r)
{
	char why[PROBLEM_TEXT_SIZE];

	if (view_is_whole(v))
		return 0;
	return report_fail(r, STATUS_REFUSED, EUCLEAN, "The chain is not whole: %s",
			   view_problem(v, 0, why, sizeof(why)));
}

/* May this chain be changed from here, and without leaving anything behind?
 * Taking everything off is always possible where the pins are. */
static int check_whole(const struct txn *x, const struct view *v)
{
	bool takes_off = x->rq->verb == VERB_FLUSH && (v->pinned || v->slots.gone);

	return takes_off ? 0 : chain_refusal(v, x->r);
}

static int check_nothing_there(const struct txn *x, const struct target *t)
{
	/* What is left of a chain that was taken off can be flushed too. */
	if (x->rq->verb == VERB_FLUSH && leftover_exists(x->nl, x->store, t->link.ifindex, 0))
		return 0;
	if (makes_chain(x->rq) || x->rq->if_exists || (x->rq->verb == VERB_FLUSH && x->rq->all))
		return 0;
	return report_fail(x->r, STATUS_REFUSED, ENOENT, "No such chain: nothing is attached");
}

static int check_mode(const struct txn *x, const struct target *t)
{
	unsigned int modes = x->rq->modes;

	if (!modes || modes & t->old.mode)
		return 0;
	return report_fail(
		x->r, STATUS_REFUSED, EEXIST,
		"The interface is in %s mode and cannot change to %s while a program is attached: flush it first",
		t->old.mode == XDP_MODE_NATIVE ? "native" : "generic",
		modes == XDP_MODE_NATIVE ? "native" : "generic");
}

static int check_expected(const struct txn *x, const struct view *v)
{
	if (!x->rq->has_expect || x->rq->expect == view_attached(v))
		return 0;
	if (!view_attached(v))
		return report_fail(x->r, STATUS_RETRY, ECANCELED,
				   "Nothing is attached, expected was the dispatcher with id %u",
				   x->rq->expect);
	if (!x->rq->expect)
		return report_fail(x->r, STATUS_RETRY, ECANCELED,
				   "Program %u is attached, expected was none", v->prog.id);
	return report_fail(x->r, STATUS_RETRY, ECANCELED,
			   "Program %u is attached, expected was the dispatcher with id %u",
			   v->prog.id, x->rq->expect);
}

/* Pins in a bpffs of a passing mount namespace go with it, and the programs of
 * the chain with them. */
static int check_bpffs(const struct txn *x)
{
	if ((!makes_chain(x->rq) && x->rq->verb != VERB_ADOPT) || !x->store->not_init ||
	    x->rq->force)
		return 0;
	return report_fail(
		x->r, STATUS_NOT_TRIED, EXDEV,
		"The bpffs at %s is not one of init's: a chain pinned there ends with this mount namespace; use \"ip -n NETNS\" instead of \"ip netns exec\", or -force",
		x->store->path);
}

/* Whoever adds to a chain that was taken off does not know that its other
 * programs would not run. */
static int check_detached(const struct txn *x, const struct view *v)
{
	const char *dev = v->link.ifname;

	if (x->rq->verb == VERB_RESTORE || x->rq->verb == VERB_SHARE || x->rq->verb == VERB_FLUSH ||
	    x->rq->if_exists)
		return 0;
	return report_fail(
		x->r, STATUS_REFUSED, ENOTCONN,
		"The chain was taken off the interface and is still pinned (dispatcher %u): \"ip link xdp multi repair dev %s\" attaches it again, \"ip link xdp multi flush dev %s\" forgets it",
		v->prog.id, dev, dev);
}

/* What flush all cannot take off it leaves and names. */
static int leave(const struct txn *x, struct target *t)
{
	report_warn(x->r, "dev %s is left as it is: %s", t->link.ifname, x->r->error);
	report_clear_error(x->r);
	t->unchanged = true;
	return 0;
}

static int check_old(const struct txn *x, struct target *t)
{
	const struct view *v = &t->old;
	int err;

	switch (v->kind) {
	case VIEW_DETACHED:
		t->was_detached = true;
		err = check_detached(x, v);
		if (err)
			return err;
		t->unchanged = !makes_chain(x->rq);
		return check_bpffs(x);
	case VIEW_NONE:
		t->unchanged = !makes_chain(x->rq);
		err = check_nothing_there(x, t);
		return err ? err : check_bpffs(x);
	case VIEW_FOREIGN:
		if (x->rq->verb == VERB_ADOPT && v->foreign == FOREIGN_PROGRAM)
			return check_bpffs(x);
		t->unchanged =
			x->rq->verb == VERB_FLUSH && x->rq->all && v->foreign != FOREIGN_UNREADABLE;
		if (t->unchanged)
			return 0;
		if (!x->rq->overwrite || !makes_chain(x->rq) ||
		    (v->foreign != FOREIGN_PROGRAM && v->foreign != FOREIGN_DISPATCHER))
			return refuse_foreign(x, v);
		err = check_bpffs(x);
		return err ? err : check_mode(x, t);
	case VIEW_CHAIN:
		if (x->rq->verb == VERB_ADOPT)
			return report_fail(x->r, STATUS_REFUSED, EEXIST,
					   "There is a chain already: nothing is to be adopted");
		err = check_whole(x, v);
		if (err && x->rq->all)
			return leave(x, t);
		return err ? err : check_mode(x, t);
	}
	return -EINVAL;
}

int target_read(const struct txn *x, struct target *t)
{
	struct view *v = &t->old;
	int err;

	err = netlink_link_index(x->nl, t->link.ifindex, &t->link, x->r);
	/* Gone since all were listed. */
	if (err == -ENODEV && x->rq->all) {
		report_clear_error(x->r);
		t->unchanged = true;
		return 0;
	}
	if (!err)
		err = view_read(x->nl, x->store, &t->link, v, x->r);
	if (err)
		return err;
	t->mode = v->mode;
	err = check_expected(x, v);
	return err ? err : check_old(x, t);
}

/* ---- edit ---- */

/* Programs were loaded for what was attached then: with its maps, or not at all
 * because it ran them. */
static int check_prepared(const struct txn *x, const struct target *t)
{
	if (!txn_prepared_for(x, t))
		return TXN_PREPARE_AGAIN;
	for (unsigned int i = 0; i < t->new.n; i++)
		if (!t->new.entries[i].program || t->new.entries[i].program->fd < 0)
			return TXN_PREPARE_AGAIN;
	return 0;
}

/* The program that somebody attached becomes the first entry. */
static int adopt(const struct txn *x, struct target *t)
{
	const struct kobj_prog *info = &t->old.prog;
	struct program *p = &t->adopted;
	struct new_program new = {
		.program = p,
		.name = p->func,
		.prio = ENTRY_DEFAULT_PRIO,
		.proceed_on = ENTRY_DEFAULT_PROCEED_ON,
	};
	char name[ENTRY_NAME_SIZE];
	int err;

	memset(p, 0, sizeof(*p));
	p->fd = t->old.fd;
	p->id = info->id;
	p->plain = true;
	memcpy(p->tag, info->tag, sizeof(p->tag));
	kobj_func_name(info, p->func, sizeof(p->func));
	snprintf(name, sizeof(name), "%.63s", p->func);
	new.name = name;
	if (!*x->rq->entries->name && !entry_name_valid(name))
		new.name = "adopted";
	err = tailcalls_classify(p, x->r);
	return err ? err : request_edit(x->rq, &new, &t->new, x->r);
}

/* The chain as it shall be; its format is settled later. */
static int apply(const struct txn *x, struct target *t)
{
	if (x->rq->verb == VERB_SHARE) {
		t->new = x->source->chain;
		return 0;
	}
	if (x->rq->verb == VERB_ADOPT)
		return adopt(x, t);
	if (t->old.kind == VIEW_CHAIN)
		t->new = t->old.chain;
	return request_edit(x->rq, x->programs, &t->new, x->r);
}

/* Does the program make tail calls of its own? */
static bool makes_tail_calls(const struct program *p)
{
	struct kobj_prog info;
	bool found = false;

	if (kobj_prog_info(p->fd, &info, NULL))
		info.n_maps = 0;
	for (unsigned int i = 0; !found && i < info.n_maps && i < KOBJ_MAX_MAPS; i++)
		found = tailcalls_is_map(info.maps[i]);
	return found;
}

/* Since Linux 6.12 all tail calls on a packet's way count together; when they
 * are used up the next tail-called entry aborts.  The calls of an extension, a
 * shim included, count apart. */
static void warn_budget(const struct txn *x, const struct target *t)
{
	const struct chain *c = &t->new;
	const struct entry *tail = NULL;

	for (unsigned int i = c->n; i-- > 0;) {
		const struct entry *e = &c->entries[i];

		if (chain_tie(c, i) != TIE_TAIL)
			continue;
		if (tail && makes_tail_calls(e->program))
			report_warn(
				x->r,
				"dev %s: entry \"%s\" makes tail calls of its own: from Linux 6.12 on, should it make 33, packets abort at \"%s\"",
				t->link.ifname, e->name, tail->name);
		tail = e;
	}
}

/* libxdp cannot work where extensions are refused, so nothing is lost by what it
 * does not read. */
static bool without_libxdp(const struct txn *x, const struct chain *c)
{
	return *x->ext_refused ||
	       (c->format != FORMAT_EXTENDED && chain_has_tail(c) && probe_ext_refused());
}

/* What libxdp reads is asked for only where the chain is to be one for it. */
static int settle_format(const struct txn *x, struct chain *c)
{
	enum chain_format fresh = without_libxdp(x, c) ? FORMAT_EXTENDED : FORMAT_UNSET;
	int err = format_settle(c, x->rq->format, fresh, x->r);

	if (err || c->format != FORMAT_UNSET)
		return err;
	err = probe_fresh_format(&fresh, x->r);
	return err ? err : format_settle(c, FORMAT_UNSET, fresh, x->r);
}

int target_edit(const struct txn *x, struct target *t)
{
	const struct chain *before = t->old.kind == VIEW_CHAIN ? &t->old.chain : NULL;
	int err;

	if (t->unchanged)
		return 0;
	err = apply(x, t);
	if (!err)
		err = check_prepared(x, t);
	if (err || !t->new.n)
		return err;
	t->new.netns = netlink_netns(x->nl);
	err = format_check_tail(&t->new, x->r);
	if (!err)
		err = settle_format(x, &t->new);
	if (err)
		return err;
	t->unchanged = before && !t->old.lost_mask && chain_equal(before, &t->new) &&
		       (!x->source_built || t->old.prog.id == x->source_built->dispatcher.id);
	if (t->unchanged)
		return 0;
	format_warn_order(&t->new, before, x->r);
	warn_budget(x, t);
	return 0;
}
