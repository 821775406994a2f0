// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The programs of a request, loaded before the lock is taken: a slow verifier
 * must not block anybody.
 */
#include "change/txn_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dispatcher/probe.h"
#include "kernel/attach.h"
#include "kernel/token.h"
#include "model/policy.h"

/* Which programs are loaded, and with which maps, can depend on what is there. */
static bool looks_at_old(const struct request *rq)
{
	if (rq->verb == VERB_CHANGE)
		return request_loads(&rq->entries[0]);
	return rq->verb == VERB_REPLACE || rq->verb == VERB_RESTORE || rq->verb == VERB_APPLY;
}

/* -force takes an object file that has changed since its digest was noted. */
static int open_source(struct txn *x, const struct entry_request *q, struct object *o)
{
	struct program_source src = q->source;
	int err;

	if (x->rq->force)
		src.sha256 = NULL;
	err = src.object ? object_open(&src, &x->file, o, x->r) : object_adopt(&src, o, x->r);
	if (!err && q->source.sha256 && strcmp(q->source.sha256, o->program.origin.sha256))
		report_warn(
			x->r,
			"\"%s\" has changed since the chain was saved (SHA-256 %s, expected %s)",
			src.object, o->program.origin.sha256, q->source.sha256);
	return err;
}

static int read_old(struct txn *x, struct view **views)
{
	int err = txn_look(x);

	for (unsigned int i = 0; !err && i < x->n; i++) {
		struct target *t = &x->targets[i];

		err = dirs_link(x->dirs, t->link.ifindex, &t->link, x->r);
		if (!err)
			err = target_check_pins(x, t);
		if (!err)
			err = view_keep(x->dirs, t->link.ifindex, &views[i], x->r);
		if (!err)
			err = txn_check_view(x, views[i]);
		if (err)
			return err;
		t->prepared = calloc(x->rq->n_entries + 1, sizeof(*t->prepared));
		if (!t->prepared)
			return report_no_memory(x->r);
	}
	return err;
}

static int check_tag(const struct entry_request *q, const struct program *p, struct report *r)
{
	if (!q->source.has_tag || !memcmp(q->source.tag, p->tag, BPF_TAG_BYTES))
		return 0;
	return report_fail(
		r, STATUS_REFUSED, EBADMSG,
		"The program \"%s\" has the tag %02x%02x%02x%02x%02x%02x%02x%02x, not the given one: correct or leave out \"tag\"",
		p->func, p->tag[0], p->tag[1], p->tag[2], p->tag[3], p->tag[4], p->tag[5],
		p->tag[6], p->tag[7]);
}

static int check_bound(const struct txn *x, const struct object *o)
{
	if (!o->program.devbound || x->n == 1)
		return 0;
	return report_fail(
		x->r, STATUS_NOT_TRIED, EXDEV,
		"Program \"%s\" is device-bound and cannot be added to several devices at once: give one \"dev\"",
		o->program.func);
}

/* Has some device a chain, all of programs without an attach type?  Such can be
 * tail-called together with others only where extensions work. */
static bool joins_no_type(const struct txn *x)
{
	struct view *v = view_new();
	bool found = false;

	for (unsigned int i = 0; v && !found && i < x->n; i++) {
		v->fd = -1;
		view_read(x->dirs, x->targets[i].link.ifindex, v, NULL);
		found = v->kind == VIEW_CHAIN && chain_no_type(&v->chain);
		view_close(v);
	}
	view_free(v);
	return found;
}

/* In generic mode the kernel does not need multi-buffer programs. */
static bool needs_frags(const struct txn *x, const struct netlink_link *link)
{
	if (link->mtu <= LARGE_MTU)
		return false;
	return link->modes ? !(link->modes & XDP_MODE_GENERIC)
			   : attach_mode(x->nl, link->ifindex, x->rq->modes) == XDP_MODE_NATIVE;
}

/* Both sides of a tail call must be for multi-buffer packets or neither, so the
 * flag is used only where the device needs it. */
static int load_tail(const struct txn *x, struct object *o)
{
	bool frags = x->frags;

	for (unsigned int i = 0; i < x->n; i++)
		frags |= needs_frags(x, &x->targets[i].link);
	o->program.no_type = *x->ext_refused && joins_no_type(x);
	return object_load_tail(o, frags, x->r);
}

static int open_entry(struct txn *x, unsigned int i)
{
	const struct entry_request *q = &x->rq->entries[i];
	struct object *o = &x->objects[i];
	struct new_program *p = &x->programs[i];
	int err = open_source(x, q, o);

	if (err)
		return err;
	*p = (struct new_program){
		.program = &o->program,
		.always = x->rq->maps == MAPS_NEW && o->obj,
		.name = *q->name ? q->name : o->name,
		.prio = o->prio,
		.proceed_on = o->proceed_on,
	};
	if (!entry_name_valid(p->name))
		return report_fail(
			x->r, STATUS_NOT_TRIED, EINVAL,
			"\"%s\" cannot be the name of an entry: choose one with \"name NAME\"",
			p->name);
	/* Which entry a change is about is not known yet. */
	if (x->decided && x->rq->verb != VERB_CHANGE)
		err = policy_decide(x->rq->policy, p->name, origin_object(&o->program),
				    &x->decided[i], x->r);
	return err ? err : check_bound(x, o);
}

/* @own: the reason is this program; a reason that applies to all programs of this host is
 * printed only on request. */
static int load_tail_because(struct txn *x, unsigned int i, const char *reason, bool own)
{
	bool tell = own || x->rq->entries[i].source.verbose || x->rq->explain;
	int err = load_tail(x, &x->objects[i]);

	if (!err && tell)
		report_warn(x->r, "\"%s\" is tail-called: %s", x->programs[i].name, reason);
	return err;
}

/* Where extensions do not work, or for an object that cannot be one, the program
 * is opened again to be tail-called. */
static int load_other_way(struct txn *x, unsigned int i, struct view *const *views)
{
	bool own = x->objects[i].tail_only;
	char reason[REPORT_ERROR_MAX];
	int err;

	snprintf(reason, sizeof(reason), "%s", report_cause(x->r));
	if (!own)
		snprintf(x->ext_refused, sizeof(x->ext_refused), "%.255s", reason);
	report_clear_error(x->r);
	object_close(&x->objects[i]);
	err = open_entry(x, i);
	if (!err)
		err = txn_plan_entry(x, i, views);
	return err ? err : load_tail_because(x, i, reason, own);
}

static int load_again_as_tail(struct txn *x, unsigned int i, struct view *const *views)
{
	int err;

	object_close(&x->objects[i]);
	err = open_entry(x, i);
	if (!err)
		err = txn_plan_entry(x, i, views);
	return err ? err : load_tail(x, &x->objects[i]);
}

/*
 * A program that the verifier rejects as an extension may load as an XDP program: on Linux
 * 5.10 this holds for global functions with the packet as an argument.  If both fail, the
 * first error counts.
 */
static int load_rejected(struct txn *x, unsigned int i, struct view *const *views, int refused)
{
	size_t n_warnings = x->r->n_warnings;
	enum status status = x->r->status;
	char error[REPORT_ERROR_MAX];
	char *log = x->r->log;

	memcpy(error, x->r->error, sizeof(error));
	x->r->log = NULL;
	report_clear_error(x->r);
	if (!load_again_as_tail(x, i, views)) {
		free(log);
		report_warn(
			x->r,
			"\"%s\" is tail-called: the verifier rejects it as an extension program",
			x->programs[i].name);
		return 0;
	}
	report_clear_error(x->r);
	report_drop_warnings(x->r, n_warnings);
	x->r->status = status;
	memcpy(x->r->error, error, sizeof(error));
	x->r->log = log;
	return refused;
}

/* In a chain, a device-bound program must be an extension. */
static int refuse_tail(const struct object *o, struct report *r)
{
	return report_fail(
		r, STATUS_NOT_TRIED, EOPNOTSUPP,
		"Program \"%s\" is device-bound and cannot be tail-called: leave out \"linkage tail\"",
		o->program.func);
}

/* Asked once for all entries, before one is loaded. */
static void probe_token(struct txn *x)
{
	bool load = false;

	for (unsigned int i = 0; i < x->rq->n_entries; i++)
		load |= request_loads(&x->rq->entries[i]) && x->programs[i].load;
	if (load && token_has() && !*x->ext_refused && probe_stubs_refused(x->template))
		snprintf(
			x->ext_refused, sizeof(x->ext_refused),
			"this kernel does not let a process with a BPF token replace functions of a dispatcher");
}

static int load_entry(struct txn *x, unsigned int i, struct view *const *views)
{
	const struct entry_request *q = &x->rq->entries[i];
	struct object *o = &x->objects[i];
	bool may_choose = q->linkage == WISH_AUTO && !o->program.devbound;
	int err;

	if (q->linkage == WISH_TAIL)
		return o->program.devbound ? refuse_tail(o, x->r) : load_tail(x, o);
	if (may_choose && *x->ext_refused)
		return load_tail_because(x, i, x->ext_refused, false);
	err = object_load(o, x->targets[0].link.ifindex, x->template, x->r);
	if (err == -EOPNOTSUPP && q->linkage == WISH_EXT && !o->program.devbound)
		report_advice(x->r, "without \"linkage ext\" the program is tail-called");
	if (!err || !may_choose)
		return err;
	if (err == -EOPNOTSUPP)
		return load_other_way(x, i, views);
	return o->rejected ? load_rejected(x, i, views, err) : err;
}

static int check_wish(const struct entry_request *q, const struct program *p, struct report *r)
{
	if (request_wish_met(q, p))
		return 0;
	return report_fail(r, STATUS_NOT_TRIED, EINVAL,
			   "Program %u is %s and cannot be linked as \"%s\": leave out \"linkage\"",
			   p->id, p->plain ? "an XDP program" : "an extension",
			   p->plain ? "ext" : "tail");
}

static int duplicate(const struct txn *x, unsigned int i, unsigned int line)
{
	char where[48] = "";

	if (line)
		snprintf(where, sizeof(where), ": it is also on line %u; rename one of them", line);
	return report_fail(x->r, STATUS_NOT_TRIED, EEXIST, "Duplicate entry \"%s\"%s",
			   x->programs[i].name, where);
}

/* A chain file with two entries of one name. The edit would refuse it too, but only after
 * the maps were compared, and a map that seems to be lost is then the wrong complaint. */
static int check_duplicate(const struct txn *x, unsigned int i)
{
	if (x->rq->verb != VERB_RESTORE)
		return 0;
	for (unsigned int j = 0; j < i; j++)
		if (request_loads(&x->rq->entries[j]) &&
		    !strcmp(x->programs[i].name, x->programs[j].name))
			return duplicate(x, i, x->rq->entries[j].line);
	return 0;
}

static int open_entries(struct txn *x, struct view *const *views)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < x->rq->n_entries; i++) {
		if (!request_loads(&x->rq->entries[i]))
			continue;
		err = open_entry(x, i);
		if (!err)
			err = check_duplicate(x, i);
		if (err)
			request_blame(x->rq, &x->rq->entries[i], x->r);
		else
			x->programs[i].load = txn_must_load(x, i, views);
	}
	return err;
}

static int prepare_entry(struct txn *x, unsigned int i, struct view *const *views)
{
	const struct entry_request *q = &x->rq->entries[i];
	struct object *o = &x->objects[i];
	int err = 0;

	if (o->program.fd < 0 && x->programs[i].load)
		err = kobj_check_descriptors(x->r);
	if (!err && o->program.fd < 0 && x->programs[i].load)
		err = load_entry(x, i, views);
	if (err || o->program.fd < 0)
		return err;
	err = check_tag(q, &o->program, x->r);
	return err ? err : check_wish(q, &o->program, x->r);
}

/* A request that is refused because of its maps loads nothing. */
static int prepare_with(struct txn *x, struct view **views)
{
	int err = views ? read_old(x, views) : 0;

	if (!err)
		err = open_entries(x, views);
	if (!err && views)
		err = txn_check_edit(x, views);
	if (!err)
		err = txn_plan_maps(x, views);
	if (!err)
		probe_token(x);
	for (unsigned int i = 0; !err && i < x->rq->n_entries; i++) {
		if (!request_loads(&x->rq->entries[i]))
			continue;
		err = prepare_entry(x, i, views);
		if (err)
			request_blame(x->rq, &x->rq->entries[i], x->r);
	}
	return err;
}

int txn_prepare(struct txn *x)
{
	unsigned int n = x->rq->n_entries;
	struct view **views = NULL;
	int err = 0;

	/* Entries that are removed may have maps that must be kept. */
	if (!n && x->rq->verb != VERB_APPLY)
		return 0;
	x->objects = calloc(n + 1, sizeof(*x->objects));
	x->programs = calloc(n + 1, sizeof(*x->programs));
	if (looks_at_old(x->rq))
		views = calloc(x->n + 1, sizeof(*views));
	if (!x->objects || !x->programs || (looks_at_old(x->rq) && !views))
		err = report_no_memory(x->r);
	for (unsigned int i = 0; x->objects && i < n; i++)
		x->objects[i].program.fd = -1;
	if (!err)
		err = prepare_with(x, views);
	for (unsigned int i = 0; views && i < x->n; i++)
		view_free(views[i]);
	free(views);
	return err;
}

void txn_unprepare(struct txn *x)
{
	for (unsigned int i = 0; x->objects && i < x->rq->n_entries; i++)
		object_close(&x->objects[i]);
	for (unsigned int i = 0; i < x->n; i++) {
		free(x->targets[i].prepared);
		x->targets[i].prepared = NULL;
	}
	file_free(&x->file);
	free(x->objects);
	free(x->programs);
	free(x->going);
	free(x->judged);
	x->going = NULL;
	x->n_going = 0;
	x->judged = NULL;
	x->n_judged = 0;
	x->objects = NULL;
	x->programs = NULL;
}
