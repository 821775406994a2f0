// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints views as text or JSON. */
#include "printer.h"

#include <stdio.h>
#include <string.h>

#include "chain/traced.h"
#include "dispatcher/libxdp.h"
#include "message.h"
#include "own_words.h"
#include "print_details.h"

static const char *foreign_word(enum foreign_kind kind)
{
	static const char *const words[] = {
		[FOREIGN_PROGRAM] = "program",	     [FOREIGN_LINK] = "link",
		[FOREIGN_DISPATCHER] = "dispatcher", [FOREIGN_HW] = "hw",
		[FOREIGN_UNREADABLE] = "unreadable",
	};

	return words[kind];
}

const char *printer_tag(const __u8 *tag, char *buf)
{
	for (unsigned int i = 0; i < BPF_TAG_BYTES; i++)
		sprintf(buf + 2 * i, "%02x", tag[i]);
	return buf;
}

static bool has_chain(const struct view *v)
{
	return v->kind == VIEW_CHAIN || v->kind == VIEW_DETACHED;
}

/* ---- an entry ---- */

static void print_tag(struct output *out, enum output_type type, const __u8 *tag)
{
	char text[2 * BPF_TAG_BYTES + 1];

	print_string(out, type, "tag", "tag %s ", printer_tag(tag, text));
}

static void print_proceed_on(struct output *out, __u32 mask)
{
	char text[64];

	print_string(out, PRINT_FP, NULL, "proceed-on %s ",
		     verdicts_text(mask, text, sizeof(text)));
	open_json_array(out, "proceed_on");
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		if (mask & VERDICT_BIT(v))
			print_string(out, PRINT_JSON, NULL, "%s", verdict_name(v));
	close_json_array(out);
}

static void print_rule(struct output *out, unsigned int verdict, const char *target)
{
	open_json_object(out, NULL);
	print_string(out, PRINT_ANY, "on", "on %s ", verdict_name(verdict));
	print_string(out, PRINT_ANY, "goto", "goto %s ", target);
	close_json_object(out);
}

/* Verdicts that lead to a certain entry. */
static void print_rules(struct output *out, const struct chain *c, const struct entry *e)
{
	bool any = false;

	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		int target = e->go_to[v] ? chain_slot(c, e->go_to[v]) : -1;

		if (target < 0)
			continue;
		if (!any)
			open_json_array(out, "rules");
		any = true;
		print_rule(out, v, c->entries[target].name);
	}
	if (any)
		close_json_array(out);
}

static void print_program(struct output *out, const struct program *prog)
{
	if (!prog || !prog->id)
		return;
	print_string(out, PRINT_ANY, "program", "program %s ", prog->func);
	print_uint(out, PRINT_ANY, "id", "id %u ", prog->id);
	print_tag(out, out->opts->details ? PRINT_ANY : PRINT_JSON, prog->tag);
	if (prog->frags)
		print_flag(out, "frags", "frags ");
	if (prog->devbound)
		print_flag(out, "devbound", "devbound ");
}

static void print_entry(struct output *out, const struct view *v, const struct shown_counts *s,
			unsigned int slot)
{
	const struct entry *e = &v->chain.entries[slot];
	bool tail = e->linkage == LINKAGE_TAIL;

	open_json_object(out, NULL);
	print_nl(out);
	print_uint(out, PRINT_ANY, "slot", "    %u: ", slot);
	print_string(out, PRINT_ANY, "name", "%s ", e->name);
	print_uint(out, PRINT_ANY, "prio", "prio %u ", e->prio);
	print_proceed_on(out, e->proceed_on);
	print_rules(out, &v->chain, e);
	print_program(out, e->program);
	print_string(out, tail ? PRINT_ANY : PRINT_JSON, "linkage", "linkage %s ",
		     tail ? "tail" : "ext");
	if (e->disabled)
		print_color_flag(out, TEXT_DOWN, "disabled", "disabled ");
	if (e->empty)
		print_color_flag(out, TEXT_DOWN, "empty", "empty ");
	print_stats_json(out, s, slot);
	if (out->opts->details && e->program)
		print_entry_details(out, &v->infos[slot], e);
	close_json_object(out);
}

/* ---- a device ---- */

static void print_notes(struct output *out, const struct view *v)
{
	char note[256], own[1024];

	/* Nothing rewrites a damaged chain. */
	if (!view_is_whole(v) ||
	    !libxdp_note(&out->libxdp, &v->chain, v->link.ifname, note, sizeof(note)))
		return;
	open_json_array(out, "notes");
	print_nl(out);
	print_string(out, PRINT_ANY, NULL, "    note: %s ",
		     own_words(out->opts, note, own, sizeof(own)));
	close_json_array(out);
}

static bool is_unconfirmed(const struct view *v)
{
	return v->unconfirmed.token;
}

/* Print this in the line of the device, before its entries. */
static void print_unconfirmed(struct output *out, const struct view *v)
{
	unsigned int left = undo_seconds_left(&v->unconfirmed, undo_now());

	if (!is_unconfirmed(v))
		return;
	open_json_object(out, "unconfirmed");
	if (v->kept)
		print_uint(out, PRINT_ANY, "seconds", "unconfirmed, undone in %u s ", left);
	else
		print_string(out, PRINT_FP, NULL, "%s", "unconfirmed, nobody undoes it ");
	print_bool(out, PRINT_JSON, "kept", "%s", v->kept);
	print_uint(out, PRINT_JSON, "before", "%u", v->unconfirmed.old_id);
	close_json_object(out);
}

static void print_traced(struct output *out, const struct view *v)
{
	struct traced_by by;

	print_flag(out, "traced", "traced ");
	if (!out->opts->details || traced_read(v, &by, NULL) <= 0)
		return;
	print_uint(out, PRINT_ANY, "traced_by", "by process %u ", by.pid);
	if (!by.alive)
		print_flag(out, "tracer_gone", "(gone: the next change ends it) ");
}

/* The pins of a chain, attached or not. */
static void print_dispatcher(struct output *out, const struct view *v, const struct shown_counts *s)
{
	open_json_object(out, "dispatcher");
	print_uint(out, PRINT_ANY, "id", "dispatcher id %u ", v->prog.id);
	print_string(out, PRINT_ANY, "format", "format %s ", format_name(v->chain.format));
	print_tag(out, out->opts->details ? PRINT_ANY : PRINT_JSON, v->prog.tag);
	if (v->chain.stats || s->counts)
		print_bool(out, PRINT_JSON, "stats", "%s", v->chain.stats);
	if (v->chain.stats || s->counts)
		print_string(out, PRINT_FP, NULL, "stats %s ", v->chain.stats ? "on" : "off");
	if (v->chain.traced)
		print_traced(out, v);
	close_json_object(out);
	print_unconfirmed(out, v);
	if (out->opts->details && v->pinned)
		print_flag(out, "pinned", "pinned ");
	if (out->opts->details && *v->chain.owner)
		print_string(out, PRINT_ANY, "owner", "owner \"%s\" ", v->chain.owner);
	open_json_array(out, "entries");
	for (unsigned int i = 0; i < v->chain.n; i++)
		print_entry(out, v, s, i);
	close_json_array(out);
	print_stats_json(out, s, -1);
	print_stats_table(out, v, s);
	print_stats_runs(out, s);
	if (out->opts->details)
		print_notes(out, v);
}

static void print_chain(struct output *out, const struct view *v, const struct shown_counts *s)
{
	if (v->kind == VIEW_DETACHED)
		print_color_flag(out, TEXT_DOWN, "detached", "detached ");
	else
		print_string(out, PRINT_ANY, "mode", "mode %s ", xdp_mode_name(v->mode));
	print_dispatcher(out, v, s);
}

/* The time of a run was measured for the program in its place. */
static void print_displaced(struct output *out, const struct view *v, const struct shown_counts *s)
{
	const struct shown_counts own = { .counts = s->counts };

	if (!v->displaced)
		return;
	open_json_object(out, "displaced");
	print_nl(out);
	print_string(out, PRINT_FP, NULL, "%s", "    displaced ");
	print_dispatcher(out, v->displaced, &own);
	close_json_object(out);
}

static void print_foreign(struct output *out, const struct view *v)
{
	print_string(out, PRINT_ANY, "mode", "mode %s ", xdp_mode_name(v->mode));
	open_json_object(out, "foreign");
	print_string(out, PRINT_ANY, "kind", "foreign %s ", foreign_word(v->foreign));
	print_uint(out, PRINT_ANY, "id", "id %u ", v->prog.id);
	if (*v->prog.name)
		print_string(out, PRINT_ANY, "name", "name %s ", v->prog.name);
	if (v->link_id)
		print_uint(out, PRINT_ANY, "link_id", "link_id %u ", v->link_id);
	if (out->opts->details)
		print_holder(out, v);
	print_string(out, PRINT_ANY, "reason", "reason %s ", v->reason);
	close_json_object(out);
}

static void print_problems(struct output *out, const struct view *v)
{
	char text[PROBLEM_TEXT_SIZE], own[2 * PROBLEM_TEXT_SIZE + 1024];

	if (view_is_whole(v))
		return;
	open_json_array(out, "problems");
	for (unsigned int i = 0; i < v->problems.n; i++) {
		print_nl(out);
		print_color_string(out, PRINT_ANY, TEXT_DOWN, NULL, "    problem: %s ",
				   own_words(out->opts, view_problem(v, i, text, sizeof(text)), own,
					     sizeof(own)));
	}
	close_json_array(out);
}

static void print_device(struct output *out, const struct view *v, const struct shown_counts *s)
{
	print_uint(out, PRINT_ANY, "ifindex", "%u: ", v->link.ifindex);
	print_color_string(out, PRINT_ANY, TEXT_IFNAME, "ifname", "%s", v->link.ifname);
	print_string(out, PRINT_FP, NULL, "%s", ": ");
	if (has_chain(v))
		print_chain(out, v, s);
	else if (v->kind == VIEW_FOREIGN)
		print_foreign(out, v);
	else
		print_unconfirmed(out, v);
	print_problems(out, v);
	print_displaced(out, v, s);
}

/* Print the problems of an entry after its name. */
static void print_brief_entry(struct output *out, const struct entry *e, bool first)
{
	print_string(out, PRINT_FP, NULL, first ? "%s" : ",%s", e->name);
	if (e->disabled)
		print_color_string(out, PRINT_FP, TEXT_DOWN, NULL, "%s", "(disabled)");
	if (e->empty)
		print_color_string(out, PRINT_FP, TEXT_DOWN, NULL, "%s", "(empty)");
}

static void print_brief_mode(struct output *out, const struct view *v)
{
	if (v->kind == VIEW_DETACHED)
		print_color_string(out, PRINT_FP, TEXT_DOWN, NULL, "%-8s ", "detached");
	else
		print_string(out, PRINT_FP, NULL, "%-8s ", xdp_mode_name(v->mode));
}

/* Columns: device, mode, and the entries in order or the program that is attached
 * instead. */
static void print_brief(struct output *out, const struct view *v)
{
	print_color_string(out, PRINT_FP, TEXT_IFNAME, NULL, "%-16s ", v->link.ifname);
	print_brief_mode(out, v);
	if (v->kind == VIEW_FOREIGN) {
		print_string(out, PRINT_FP, NULL, "foreign %s ", foreign_word(v->foreign));
		print_uint(out, PRINT_FP, NULL, "id %u ", v->prog.id);
	}
	for (unsigned int i = 0; has_chain(v) && i < v->chain.n; i++)
		print_brief_entry(out, &v->chain.entries[i], !i);
	if (has_chain(v))
		print_string(out, PRINT_FP, NULL, "%s", " ");
	if (v->displaced)
		print_color_string(out, PRINT_FP, TEXT_DOWN, NULL, "%s", "displaced ");
	else if (!view_is_whole(v))
		print_color_string(out, PRINT_FP, TEXT_DOWN, NULL, "%s", "damaged ");
	if (is_unconfirmed(v))
		print_string(out, PRINT_FP, NULL, "%s", "unconfirmed ");
}

/* ---- entries that a dry run would remove ---- */

static bool stays(const struct chain *c, const char *name)
{
	for (unsigned int i = 0; i < c->n; i++)
		if (!strcmp(c->entries[i].name, name))
			return true;
	return false;
}

void printer_removed(struct output *out, const struct view *old, const struct view *v)
{
	bool any = false;

	if (out->opts->brief && !is_json_context(out))
		return;
	for (unsigned int i = 0; i < old->chain.n; i++) {
		const struct entry *e = &old->chain.entries[i];

		if (has_chain(v) && stays(&v->chain, e->name))
			continue;
		if (!any)
			open_json_array(out, "removed");
		any = true;
		print_nl(out);
		open_json_object(out, NULL);
		print_color_string(out, PRINT_ANY, TEXT_DOWN, "name", "    removed: %s ", e->name);
		print_program(out, e->program);
		close_json_object(out);
	}
	if (any)
		close_json_array(out);
}

/* ---- entry points ---- */

static void open_device(struct output *out, const struct view *v, const struct shown_counts *s)
{
	open_json_object(out, NULL);
	if (out->opts->brief && !is_json_context(out))
		print_brief(out, v);
	else
		print_device(out, v, s);
}

void printer_open_device(struct output *out, const struct view *v)
{
	const struct shown_counts none = { 0 };

	open_device(out, v, &none);
}

void printer_close_device(struct output *out)
{
	close_json_object(out);
	print_record_end(out);
}

void printer_counted(struct output *out, const struct view *v, const struct shown_counts *s)
{
	if (v->kind == VIEW_NONE && !is_unconfirmed(v))
		return;
	open_device(out, v, s);
	printer_close_device(out);
}

void printer_view(struct output *out, const struct view *v)
{
	const struct shown_counts none = { 0 };

	printer_counted(out, v, &none);
}
