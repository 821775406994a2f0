// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans the new chain of a device, and the steps that make it. */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dispatcher/libxdp.h"
#include "dispatcher/probe.h"
#include "dispatcher/tailcalls.h"
#include "kernel/token.h"
#include "model/policy.h"

/* Programs were loaded for what was attached then: with its maps, or not at all
 * because it ran them. */
static int check_prepared(const struct txn *x, const struct target *t)
{
	if (!txn_prepared_for(x, t))
		return TXN_PREPARE_AGAIN;
	for (unsigned int i = 0; i < t->plan.chain->n; i++)
		if (!t->plan.chain->entries[i].program || t->plan.chain->entries[i].program->fd < 0)
			return TXN_PREPARE_AGAIN;
	return 0;
}

static bool has_program(const struct chain *c, __u32 id)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (c->entries[i].program && c->entries[i].program->id == id)
			return true;
	return false;
}

/*
 * The program that somebody attached becomes the first entry, or one more of the
 * chain that it displaced.  If that chain has the program, it is the chain of an
 * earlier adopt that was killed before the swap, and is complete.
 */
static int adopt(const struct txn *x, struct target *t)
{
	const struct kobj_prog *info = &t->old->prog;
	struct program *p = calloc(1, sizeof(*p));
	struct new_program new = {
		.program = p,
		.prio = ENTRY_DEFAULT_PRIO,
		.proceed_on = ENTRY_DEFAULT_PROCEED_ON,
	};
	struct entry_request q = *x->rq->entries;
	struct request rq = *x->rq;
	char name[ENTRY_NAME_SIZE];
	int err;

	rq.entries = &q;
	if (!p)
		return report_no_memory(x->r);
	t->plan.adopted = p;
	p->fd = t->old->fd;
	p->id = info->id;
	p->plain = true;
	memcpy(p->tag, info->tag, sizeof(p->tag));
	err = kobj_func_name(info, NULL, p->func, sizeof(p->func), x->r);
	if (err)
		return err;
	snprintf(name, sizeof(name), "%.63s", p->func);
	new.name = name;
	if (!*x->rq->entries->name && !entry_name_valid(name))
		new.name = "adopted";
	err = tailcalls_classify(p, x->r);
	if (t->old->displaced)
		chain_copy(t->plan.chain, &t->old->displaced->chain);
	if (!err && has_program(t->plan.chain, info->id))
		return 0;
	if (!err)
		err = policy_decide(rq.policy, *q.name ? q.name : new.name, "", &q, x->r);
	return err ? err : request_edit(&rq, &new, t->plan.chain, x->r);
}

/* A change of another kind than its program and its name brings no entry that may have
 * been denied; but what it asks for is still subject to the policy. */
static int change(const struct txn *x, struct target *t)
{
	const struct new_program *p = x->programs;
	struct entry_request q = *x->rq->entries;
	struct request rq = *x->rq;
	int slot = chain_find(t->plan.chain, &rq.selector, NULL), err = 0;

	rq.entries = &q;
	if (slot >= 0 && rq.policy) {
		const struct entry *e = &t->plan.chain->entries[slot];
		const struct program *program = p->program ? p->program : e->program;
		const char *name = *q.name ? q.name : e->name;
		const char *object = program ? origin_object(program) : "";

		if (p->program || strcmp(name, e->name))
			err = policy_deny(rq.policy, name, object, x->r);
		policy_set(rq.policy, name, object, &q, x->r);
	}
	return err ? err : request_edit(&rq, p, t->plan.chain, x->r);
}

/* The other chain is taken as it is, or not at all. */
static int share(const struct txn *x, struct target *t)
{
	struct chain *c = t->plan.chain;
	int err = 0;

	chain_copy(c, &x->source->chain);
	/* The other chain's owner is not this one's. */
	*c->owner = '\0';
	for (unsigned int i = 0; !err && i < c->n; i++)
		err = policy_deny(x->rq->policy, c->entries[i].name,
				  origin_object(c->entries[i].program), x->r);
	return err;
}

/* A detached or displaced chain still has its programs and maps: restore continues with
 * them. */
const struct view *txn_base(const struct request *rq, const struct view *v)
{
	if (v->kind == VIEW_CHAIN)
		return v;
	return rq->verb == VERB_RESTORE || rq->verb == VERB_APPLY ? view_own_chain(v) : NULL;
}

int target_apply(const struct txn *x, struct target *t)
{
	const struct view *base = txn_base(x->rq, t->old);

	if (x->rq->verb == VERB_SHARE)
		return share(x, t);
	if (x->rq->verb == VERB_ADOPT)
		return adopt(x, t);
	if (base)
		chain_copy(t->plan.chain, &base->chain);
	if (x->rq->verb == VERB_CHANGE)
		return change(x, t);
	return request_edit(x->rq, x->programs, t->plan.chain, x->r);
}

/* Does the program make tail calls of its own? */
static bool makes_tail_calls(const struct program *p)
{
	struct kobj_prog info;
	bool found = false;

	if (kobj_prog_info(p->fd, &info, NULL))
		info.n_maps = 0;
	for (unsigned int i = 0; !found && i < info.n_maps && i < KOBJ_MAX_MAPS; i++)
		found = tailcalls_is_map(info.maps[i]) > 0;
	return found;
}

/* Since Linux 6.12 all tail calls on a packet's way count together; when they
 * are used up the next tail-called entry aborts.  The calls of an extension, a
 * shim included, count apart. */
static void warn_budget(const struct txn *x, const struct target *t)
{
	const struct chain *c = t->plan.chain;
	const struct entry *tail = NULL;

	for (unsigned int i = c->n; i-- > 0;) {
		const struct entry *e = &c->entries[i];

		if (chain_tie(c, i) != TIE_TAIL)
			continue;
		if (tail && makes_tail_calls(e->program))
			report_warn(
				x->r,
				"dev %s: entry \"%s\" makes tail calls of its own: from Linux 6.12 on, packets are aborted at \"%s\" if it makes 33",
				t->link.ifname, e->name, tail->name);
		tail = e;
	}
}

/* libxdp does not work if extensions are refused, or with a BPF token, so nothing is lost if it
 * cannot read the chain. */
static bool without_libxdp(const struct txn *x, const struct chain *c)
{
	return token_has() || *x->ext_refused ||
	       ((c->format == FORMAT_UNSET || format_is_libxdps(c->format)) && chain_has_tail(c) &&
		probe_ext_refused(x->template));
}

/* The version of libxdp matters only if the chain is in a libxdp format. */
static int settle_format(const struct txn *x, struct chain *c)
{
	enum chain_format fresh = without_libxdp(x, c) ? FORMAT_EXTENDED : FORMAT_UNSET;
	int err = 0;

	if (token_has() && format_is_libxdps(x->rq->format))
		return report_fail(
			x->r, STATUS_REFUSED, EOPNOTSUPP,
			"With a BPF token a chain can be read only in the extended format: use \"format extended\"");
	if (fresh == FORMAT_UNSET && format_wants_fresh(c, x->rq->format))
		err = libxdp_format(&x->dirs->libxdp, &fresh, x->r);
	return err ? err : format_settle(c, x->rq->format, fresh, x->r);
}

/* A user who asked for a format knows why.  The user was warned about a device-bound program
 * when it was added, and about a shared chain when it was made. */
static void warn_version(const struct txn *x, const struct target *t)
{
	const struct chain *c = t->plan.chain;
	char note[256];

	if (x->rq->format == FORMAT_UNSET && x->rq->verb != VERB_SHARE && !chain_devbound(c) &&
	    libxdp_note(&x->dirs->libxdp, c, t->link.ifname, note, sizeof(note)))
		report_warn(x->r, "dev %s: %s", t->link.ifname, note);
}

/*
 * Does the device have this already?  The same dispatcher is enough; the same chain only if
 * all its rules are in force.
 */
static bool has_it(const struct txn *x, const struct target *t)
{
	const struct view *old = t->old;

	if (old->kind != VIEW_CHAIN || target_trace_begins(t))
		return false;
	if (share_serves(x, t->plan.chain))
		return old->prog.id == x->source_built->dispatcher.id;
	return chain_in_force(&old->chain, t->plan.chain);
}

/* Whoever asks for details learns that nothing had to be done; a dry run prints it. */
static void tell_unchanged(const struct txn *x, const struct target *t)
{
	if (x->rq->explain && !x->rq->dry_run && x->rq->stats != STATS_RESET)
		report_warn(x->r, "dev %s: no change: the chain is already as requested",
			    t->link.ifname);
}

static int edit(const struct txn *x, struct target *t)
{
	struct chain *c = t->plan.chain;
	int err = target_apply(x, t);

	if (!err)
		err = target_trace(x, t);
	if (!err)
		err = check_prepared(x, t);
	if (err || !c->n)
		return err;
	c->netns = netlink_netns(x->nl);
	if (x->rq->owner)
		snprintf(c->owner, sizeof(c->owner), "%s", x->rq->owner);
	c->linear = t->plan.mode == XDP_MODE_GENERIC;
	err = format_check_tail(c, x->r);
	if (!err)
		err = settle_format(x, c);
	if (err)
		return err;
	t->plan.unchanged = has_it(x, t);
	if (t->plan.unchanged) {
		tell_unchanged(x, t);
		return 0;
	}
	warn_version(x, t);
	format_warn_order(c, t->old->kind == VIEW_CHAIN ? &t->old->chain : NULL, x->r);
	warn_budget(x, t);
	target_warn_uncounted(x, t);
	return 0;
}

/* There is room for each change of a chain; of many devices only the chains are kept. */
int target_edit(const struct txn *x, struct target *t)
{
	struct plan *p = &t->plan;
	struct chain *room;
	int err;

	if (p->unchanged)
		return 0;
	free(p->chain);
	p->chain = room = malloc(sizeof(*room));
	if (room)
		chain_init(room);
	err = room ? edit(x, t) : report_no_memory(x->r);
	if (err)
		return err;
	p->chain = chain_dup(room);
	free(room);
	return p->chain ? 0 : report_no_memory(x->r);
}

/* ---- steps ---- */

/* The pins of the interface's own chain, attached or not. */
static struct store_dir old_dir(const struct target *t)
{
	const struct view *own = view_own_chain(t->old);

	return own && own->pinned ? view_dir(own) : (struct store_dir){ 0 };
}

static struct store_dir new_dir(const struct target *t)
{
	const struct chain *c = t->plan.chain;

	if (t->plan.unchanged || !c->n)
		return (struct store_dir){ 0 };
	return store_dir_of(c->format, t->link.ifindex, t->built->dispatcher.id);
}

/* Does an entry of a chain that is no longer attached go on in the new one, with
 * its program, or with the maps that a successor was loaded with? */
static bool goes_on(const struct txn *x, const struct target *t, const struct entry *was)
{
	const struct chain *c = t->plan.chain;
	bool by_name = x->rq->verb == VERB_RESTORE || x->rq->verb == VERB_APPLY ||
		       x->rq->verb == VERB_REPLACE;

	for (unsigned int i = 0; i < c->n; i++) {
		const struct entry *e = &c->entries[i];

		if (e->program->id == was->program->id || (by_name && !strcmp(e->name, was->name)))
			return true;
	}
	return false;
}

/* A detached or displaced chain is given up here, although the user did not name it. */
static void warn_given_up(const struct txn *x, const struct target *t)
{
	const struct view *own = view_own_chain(t->old);
	char names[256] = "";

	if (own->kind == VIEW_CHAIN && own == t->old)
		return;
	for (unsigned int i = 0; i < own->chain.n; i++) {
		const struct entry *e = &own->chain.entries[i];
		size_t len = strlen(names);

		if (!goes_on(x, t, e))
			snprintf(names + len, sizeof(names) - len, "%s\"%s\"", len ? ", " : "",
				 e->name);
	}
	if (*names)
		report_warn(
			x->r,
			"dev %s: the detached chain of dispatcher %u is removed; these entries and their maps are lost: %s",
			t->link.ifname, own->prog.id, names);
}

/* Before Linux 5.13 the kernel does not tell whether a shared dispatcher was detached from this
 * device.  Its pins are found only by the name of their directory. */
static bool has_pins(const struct txn *x, const struct target *t)
{
	const struct store_dir *d = &t->plan.new_dir;

	return d->id && t->built == x->source_built && store_mark(x->store, d) == STORE_SETTLED;
}

/*
 * A chain whose dispatcher comes again, because another device had it meanwhile, has its
 * pins already, and keeps them.  The pins of a detached chain are removed when another chain
 * takes its place, or on request.
 */
void target_plan(const struct txn *x, struct target *t)
{
	struct plan *p = &t->plan;
	struct step_device *step = &x->steps[t - x->targets];
	bool stays;

	p->old_dir = old_dir(t);
	p->new_dir = new_dir(t);
	stays = store_same_dir(&p->old_dir, &p->new_dir);
	*step = (struct step_device){
		.swaps = !p->unchanged,
		.pins = p->new_dir.id && !stays,
		.had_pins = !stays && has_pins(x, t),
		.forgets = p->old_dir.id && !stays &&
			   (!p->unchanged || (view_is_bare(t->old) && x->rq->verb == VERB_FLUSH)),
	};
	if (step->forgets && step->swaps)
		warn_given_up(x, t);
}
