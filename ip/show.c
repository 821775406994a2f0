// SPDX-License-Identifier: GPL-2.0-or-later
/* What is on the interfaces, as text or JSON. */
#include "show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "message.h"
#include "view.h"

#define READ_TRIES 8

struct show {
	struct netlink *nl;
	struct store *store;
	const struct options *opts;
	struct json_object *json;	/* NULL: text */
	struct report *r;
};

static const char *mode_word(enum xdp_mode mode)
{
	switch (mode) {
	case XDP_MODE_NATIVE:
		return "native";
	case XDP_MODE_GENERIC:
		return "generic";
	case XDP_MODE_OFFLOAD:
		return "offload";
	case XDP_MODE_NONE:
		break;
	}
	return "none";
}

static const char *format_word(enum chain_format format, char *buf, size_t size)
{
	if (format == FORMAT_EXTENDED)
		return "extended";
	snprintf(buf, size, "%d", format);
	return buf;
}

static const char *foreign_word(enum foreign_kind kind)
{
	static const char *const words[] = {
		[FOREIGN_PROGRAM] = "program",
		[FOREIGN_LINK] = "link",
		[FOREIGN_DISPATCHER] = "dispatcher",
		[FOREIGN_HW] = "hw",
		[FOREIGN_UNREADABLE] = "unreadable",
	};

	return words[kind];
}

static const char *tag_text(const __u8 *tag, char *buf)
{
	for (unsigned int i = 0; i < BPF_TAG_BYTES; i++)
		sprintf(buf + 2 * i, "%02x", tag[i]);
	return buf;
}

static const char *actions_text(__u32 mask, char *buf, size_t size)
{
	size_t len = 0;

	if (!mask)
		return "none";
	if (mask == VERDICTS_ALL)
		return "all";
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		if (mask & VERDICT_BIT(v))
			len += snprintf(buf + len, size - len, "%s%s",
					len ? "," : "", verdict_name(v));
	return buf;
}

/* ---- JSON ---- */

static void json_add_tag(struct json_object *to, const __u8 *tag)
{
	char text[2 * BPF_TAG_BYTES + 1];

	json_add_text(to, "tag", tag_text(tag, text));
}

static void json_entry_details(struct json_object *to, const struct kobj_prog *info,
			       const struct origin *o)
{
	struct json_object *maps = json_array();

	json_add_number(to, "load_time", info->load_time);
	json_add_number(to, "created_by_uid", info->uid);
	json_add_number(to, "btf_id", info->btf_id);
	for (unsigned int i = 0; i < info->n_maps && i < KOBJ_MAX_MAPS; i++)
		json_add_number(maps, NULL, info->maps[i]);
	json_add(to, "map_ids", maps);
	if (*o->object) {
		struct json_object *origin = json_map();

		json_add_text(origin, "object", o->object);
		json_add_text(origin, "program", o->function);
		json_add_text(origin, "sha256", o->sha256);
		json_add(to, "origin", origin);
	}
	if (o->added)
		json_add_number(to, "added", o->added);
}

static struct json_object *json_entry(const struct show *sh,
				      const struct view *v, unsigned int slot)
{
	const struct entry *e = &v->chain.entries[slot];
	struct json_object *to = json_map(), *proceed_on = json_array();

	json_add_number(to, "slot", slot);
	json_add_text(to, "name", e->name);
	json_add_number(to, "prio", e->prio);
	if (e->program) {
		json_add_text(to, "program", e->program->func);
		json_add_number(to, "id", e->program->id);
		json_add_tag(to, e->program->tag);
	}
	json_add_text(to, "linkage", "ext");
	for (unsigned int a = 0; a < N_VERDICTS; a++)
		if (e->proceed_on & VERDICT_BIT(a))
			json_add_text(proceed_on, NULL, verdict_name(a));
	json_add(to, "proceed_on", proceed_on);
	if (e->program && e->program->frags)
		json_add_true(to, "frags");
	if (e->empty)
		json_add_true(to, "empty");
	if (sh->opts->details && e->program)
		json_entry_details(to, &v->infos[slot], &e->program->origin);
	return to;
}

static void json_chain(const struct show *sh, const struct view *v,
		       struct json_object *to)
{
	struct json_object *dispatcher = json_map(), *entries = json_array();
	struct json_object *problems;
	char format[16];

	json_add_text(to, "mode", mode_word(v->mode));
	json_add_number(dispatcher, "id", v->prog.id);
	json_add_tag(dispatcher, v->prog.tag);
	json_add_text(dispatcher, "format",
		      format_word(v->chain.format, format, sizeof(format)));
	json_add(to, "dispatcher", dispatcher);
	for (unsigned int i = 0; i < v->chain.n; i++)
		json_add(entries, NULL, json_entry(sh, v, i));
	json_add(to, "entries", entries);
	if (sh->opts->details && v->pinned)
		json_add_true(to, "pinned");
	if (!v->problems.n_warnings)
		return;
	problems = json_array();
	for (size_t i = 0; i < v->problems.n_warnings; i++)
		json_add_text(problems, NULL, v->problems.warnings[i]);
	json_add(to, "problems", problems);
}

static void json_foreign(const struct view *v, struct json_object *to)
{
	struct json_object *foreign = json_map();

	json_add_text(to, "mode", mode_word(v->mode));
	json_add_text(foreign, "kind", foreign_word(v->foreign));
	json_add_number(foreign, "id", v->prog.id);
	if (*v->prog.name)
		json_add_text(foreign, "name", v->prog.name);
	if (v->link_id)
		json_add_number(foreign, "link_id", v->link_id);
	json_add_text(foreign, "reason", v->reason);
	json_add(to, "foreign", foreign);
}

static void show_json(const struct show *sh, const struct view *v)
{
	struct json_object *to = json_map();

	json_add_number(to, "ifindex", v->link.ifindex);
	json_add_text(to, "ifname", v->link.ifname);
	if (v->kind == VIEW_CHAIN)
		json_chain(sh, v, to);
	else
		json_foreign(v, to);
	json_add(sh->json, NULL, to);
}

/* ---- text ---- */

/* A break inside a record. */
static const char *nl(const struct show *sh)
{
	return sh->opts->oneline ? "\\" : "\n";
}

static void text_entry_details(const struct show *sh,
			       const struct kobj_prog *info,
			       const struct origin *o)
{
	char buf[16384];

	printf("%s        load_time %llu created_by_uid %u btf_id %u ", nl(sh),
	       (unsigned long long)info->load_time, info->uid, info->btf_id);
	if (info->n_maps)
		printf("map_ids ");
	for (unsigned int i = 0; i < info->n_maps && i < KOBJ_MAX_MAPS; i++)
		printf("%s%u", i ? "," : "", info->maps[i]);
	if (info->n_maps)
		printf(" ");
	if (!*o->object)
		return;
	printf("%s        origin object %s ", nl(sh),
	       message_escape(o->object, buf, sizeof(buf)));
	printf("program %s ", message_escape(o->function, buf, sizeof(buf)));
	printf("sha256 %s added %llu ",
	       message_escape(o->sha256, buf, sizeof(buf)),
	       (unsigned long long)o->added);
}

static void text_entry(const struct show *sh, const struct view *v,
		       unsigned int slot)
{
	const struct entry *e = &v->chain.entries[slot];
	char buf[2048];

	printf("%s    %u: %s prio %u ", nl(sh), slot,
	       message_escape(e->name, buf, sizeof(buf)), e->prio);
	printf("proceed-on %s ",
	       actions_text(e->proceed_on, buf, sizeof(buf)));
	if (e->program) {
		printf("program %s ", message_escape(e->program->func, buf,
						     sizeof(buf)));
		printf("id %u tag %s ", e->program->id,
		       tag_text(e->program->tag, buf));
		if (e->program->frags)
			printf("frags ");
	}
	printf("linkage ext ");
	if (e->empty)
		printf("empty ");
	if (sh->opts->details && e->program)
		text_entry_details(sh, &v->infos[slot], &e->program->origin);
}

static void text_chain(const struct show *sh, const struct view *v)
{
	char buf[2048];

	printf("mode %s dispatcher id %u ", mode_word(v->mode), v->prog.id);
	printf("format %s ", format_word(v->chain.format, buf, sizeof(buf)));
	if (sh->opts->details)
		printf("tag %s %s", tag_text(v->prog.tag, buf),
		       v->pinned ? "pinned " : "");
	for (unsigned int i = 0; i < v->chain.n; i++)
		text_entry(sh, v, i);
	for (size_t i = 0; i < v->problems.n_warnings; i++)
		printf("%s    problem: %s ", nl(sh),
		       message_escape(v->problems.warnings[i], buf,
				      sizeof(buf)));
}

static void text_foreign(const struct view *v)
{
	char buf[2048];

	printf("mode %s foreign %s id %u ", mode_word(v->mode),
	       foreign_word(v->foreign), v->prog.id);
	if (*v->prog.name)
		printf("name %s ", message_escape(v->prog.name, buf,
						  sizeof(buf)));
	if (v->link_id)
		printf("link_id %u ", v->link_id);
	printf("reason %s ", message_escape(v->reason, buf, sizeof(buf)));
}

static void show_text(const struct show *sh, const struct view *v)
{
	printf("%d: %s: ", v->link.ifindex, v->link.ifname);
	if (v->kind == VIEW_CHAIN)
		text_chain(sh, v);
	else
		text_foreign(v);
	printf("\n");
}

/* Columns: device, mode, then the entries in order or what is there instead. */
static void show_brief(const struct view *v)
{
	char buf[2048];

	printf("%-16s %-8s ", v->link.ifname, mode_word(v->mode));
	if (v->kind == VIEW_FOREIGN)
		printf("foreign %s id %u ", foreign_word(v->foreign),
		       v->prog.id);
	for (unsigned int i = 0; i < v->chain.n && v->kind == VIEW_CHAIN; i++)
		printf("%s%s", i ? "," : "",
		       message_escape(v->chain.entries[i].name, buf,
				      sizeof(buf)));
	if (v->kind == VIEW_CHAIN)
		printf(" %s", v->problems.n_warnings ? "damaged " : "");
	printf("\n");
}

static void show_view(const struct show *sh, const struct view *v)
{
	if (v->kind == VIEW_NONE)
		return;
	if (sh->json)
		show_json(sh, v);
	else if (sh->opts->brief)
		show_brief(v);
	else
		show_text(sh, v);
}

/* ---- devices ---- */

/* Read without the lock, so a change may come in between: read again. */
static int read_steadily(const struct show *sh, const struct netlink_link *link,
			 struct view *v)
{
	struct netlink_link now = *link;
	int err = -EAGAIN;

	for (int try = 0; err == -EAGAIN && try < READ_TRIES; try++) {
		report_clear_error(sh->r);
		if (try) {
			view_close(v);
			err = netlink_link_index(sh->nl, link->ifindex, &now,
						 sh->r);
			if (err)
				return err;
		}
		err = view_read(sh->nl, sh->store, &now, v, sh->r);
	}
	return err;
}

static int show_link(const struct netlink_link *link, void *arg)
{
	const struct show *sh = arg;
	struct view *v = calloc(1, sizeof(*v));
	int err;

	if (!v)
		return report_fail(sh->r, STATUS_NOT_TRIED, ENOMEM, "%s",
				   strerror(ENOMEM));
	v->fd = -1;
	err = read_steadily(sh, link, v);
	/* Gone meanwhile: as if it had never been there. */
	if (err == -ENODEV) {
		report_clear_error(sh->r);
		v->kind = VIEW_NONE;
	} else if (err) {
		v->kind = VIEW_FOREIGN;
		v->foreign = FOREIGN_UNREADABLE;
		snprintf(v->reason, sizeof(v->reason), "%.255s", sh->r->error);
		report_clear_error(sh->r);
	}
	show_view(sh, v);
	view_close(v);
	free(v);
	return 0;
}

int show_run(struct netlink *nlsock, struct store *s, const struct request *rq,
	     const struct options *opts, struct report *r)
{
	struct show sh = { .nl = nlsock, .store = s, .opts = opts, .r = r };
	struct netlink_link link;
	int err = 0;

	if (opts->json)
		sh.json = json_array();
	if (!rq->n_devs)
		err = netlink_each_link(nlsock, show_link, &sh, r);
	for (unsigned int i = 0; !err && i < rq->n_devs; i++) {
		err = netlink_link(nlsock, rq->devs[i], &link, r);
		if (!err)
			err = show_link(&link, &sh);
	}
	if (sh.json && err)
		json_free(sh.json);
	else if (sh.json)
		json_print(sh.json, opts->pretty);
	return err;
}
