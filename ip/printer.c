// SPDX-License-Identifier: GPL-2.0-or-later
/* Views as text or JSON. */
#include "printer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "message.h"
#include "object/label_map.h"

const char *printer_mode(enum xdp_mode mode)
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

const char *printer_format(enum chain_format format, char *buf, size_t size)
{
	if (format == FORMAT_EXTENDED)
		return "extended";
	snprintf(buf, size, "%d", format);
	return buf;
}

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

const char *printer_actions(__u32 mask, char *buf, size_t size)
{
	size_t len = 0;

	if (!mask)
		return "none";
	if (mask == VERDICTS_ALL)
		return "all";
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		if (mask & VERDICT_BIT(v))
			len += snprintf(buf + len, size - len, "%s%s", len ? "," : "",
					verdict_name(v));
	return buf;
}

static bool has_chain(const struct view *v)
{
	return v->kind == VIEW_CHAIN || v->kind == VIEW_DETACHED;
}

/* ---- JSON ---- */

static void json_add_tag(struct json_object *to, const __u8 *tag)
{
	char text[2 * BPF_TAG_BYTES + 1];

	json_add_text(to, "tag", printer_tag(tag, text));
}

/* A map of the program itself; false for the one that holds our labels. */
static bool read_map(__u32 id, struct kobj_map *map)
{
	int fd = kobj_map_open(id, NULL);
	int err = fd < 0 ? fd : kobj_map_info(fd, map, NULL);

	if (fd >= 0)
		close(fd);
	return !err && strcmp(map->name, LABEL_MAP_NAME);
}

static struct json_object *json_map_object(const struct kobj_map *map)
{
	struct json_object *to = json_map();

	json_add_number(to, "id", map->id);
	json_add_text(to, "name", map->name);
	json_add_text(to, "type", kobj_map_type(map->type));
	return to;
}

/* Verdicts that lead to a certain entry. */
static void json_rules(const struct view *v, unsigned int slot, struct json_object *to)
{
	const struct entry *e = &v->chain.entries[slot];
	struct json_object *rules = NULL;

	for (unsigned int a = 0; a < N_VERDICTS; a++) {
		int target = e->go_to[a] ? chain_slot(&v->chain, e->go_to[a]) : -1;
		struct json_object *rule;

		if (target < 0)
			continue;
		if (!rules)
			rules = json_array();
		rule = json_map();
		json_add_text(rule, "on", verdict_name(a));
		json_add_text(rule, "goto", v->chain.entries[target].name);
		json_add(rules, NULL, rule);
	}
	if (rules)
		json_add(to, "rules", rules);
}

static void json_entry_details(struct json_object *to, const struct kobj_prog *info,
			       const struct origin *o)
{
	struct json_object *maps = json_array();
	struct kobj_map map;

	json_add_number(to, "load_time", info->load_time);
	json_add_number(to, "created_by_uid", info->uid);
	json_add_number(to, "btf_id", info->btf_id);
	for (unsigned int i = 0; i < info->n_maps && i < KOBJ_MAX_MAPS; i++)
		if (read_map(info->maps[i], &map))
			json_add(maps, NULL, json_map_object(&map));
	json_add(to, "maps", maps);
	if (*o->object) {
		struct json_object *origin = json_map();

		json_add_text(origin, "object", o->object);
		json_add_text(origin, "section", o->section);
		json_add_text(origin, "sha256", o->sha256);
		json_add(to, "origin", origin);
	}
	if (o->added)
		json_add_number(to, "added", o->added);
}

static struct json_object *json_entry(const struct printer *p, const struct view *v,
				      unsigned int slot)
{
	const struct entry *e = &v->chain.entries[slot];
	struct json_object *to = json_map(), *proceed_on = json_array();

	json_add_number(to, "slot", slot);
	json_add_text(to, "name", e->name);
	json_add_number(to, "prio", e->prio);
	if (e->program && e->program->id) {
		json_add_text(to, "program", e->program->func);
		json_add_number(to, "id", e->program->id);
		json_add_tag(to, e->program->tag);
	}
	json_add_text(to, "linkage", e->linkage == LINKAGE_TAIL ? "tail" : "ext");
	for (unsigned int a = 0; a < N_VERDICTS; a++)
		if (e->proceed_on & VERDICT_BIT(a))
			json_add_text(proceed_on, NULL, verdict_name(a));
	json_add(to, "proceed_on", proceed_on);
	json_rules(v, slot, to);
	if (e->disabled)
		json_add_true(to, "disabled");
	if (e->program && e->program->frags)
		json_add_true(to, "frags");
	if (e->program && e->program->devbound)
		json_add_true(to, "devbound");
	if (e->empty)
		json_add_true(to, "empty");
	if (p->opts->details && e->program)
		json_entry_details(to, &v->infos[slot], &e->program->origin);
	return to;
}

static void json_chain(const struct printer *p, const struct view *v, struct json_object *to)
{
	struct json_object *dispatcher = json_map(), *entries = json_array();
	char format[16];

	if (v->kind == VIEW_DETACHED)
		json_add_true(to, "detached");
	else
		json_add_text(to, "mode", printer_mode(v->mode));
	json_add_number(dispatcher, "id", v->prog.id);
	json_add_tag(dispatcher, v->prog.tag);
	json_add_text(dispatcher, "format",
		      printer_format(v->chain.format, format, sizeof(format)));
	json_add(to, "dispatcher", dispatcher);
	for (unsigned int i = 0; i < v->chain.n; i++)
		json_add(entries, NULL, json_entry(p, v, i));
	json_add(to, "entries", entries);
	if (p->opts->details && v->pinned)
		json_add_true(to, "pinned");
}

static void json_problems(const struct view *v, struct json_object *to)
{
	struct json_object *problems;

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

	json_add_text(to, "mode", printer_mode(v->mode));
	json_add_text(foreign, "kind", foreign_word(v->foreign));
	json_add_number(foreign, "id", v->prog.id);
	if (*v->prog.name)
		json_add_text(foreign, "name", v->prog.name);
	if (v->link_id)
		json_add_number(foreign, "link_id", v->link_id);
	json_add_text(foreign, "reason", v->reason);
	json_add(to, "foreign", foreign);
}

static struct json_object *view_json(const struct printer *p, const struct view *v)
{
	struct json_object *to = json_map();

	json_add_number(to, "ifindex", v->link.ifindex);
	json_add_text(to, "ifname", v->link.ifname);
	if (has_chain(v))
		json_chain(p, v, to);
	else if (v->kind == VIEW_FOREIGN)
		json_foreign(v, to);
	json_problems(v, to);
	json_add(p->json, NULL, to);
	return to;
}

/* ---- text ---- */

/* A break inside a record. */
static const char *nl(const struct printer *p)
{
	return p->opts->oneline ? "\\" : "\n";
}

static void text_entry_details(const struct printer *p, const struct kobj_prog *info,
			       const struct origin *o)
{
	struct kobj_map map;
	char buf[16384];

	printf("%s        load_time %llu created_by_uid %u btf_id %u ", nl(p),
	       (unsigned long long)info->load_time, info->uid, info->btf_id);
	for (unsigned int i = 0; i < info->n_maps && i < KOBJ_MAX_MAPS; i++)
		if (read_map(info->maps[i], &map))
			printf("%s        map id %u name %s type %s ", nl(p), map.id,
			       message_escape(map.name, buf, sizeof(buf)), kobj_map_type(map.type));
	if (!*o->object)
		return;
	printf("%s        origin object %s ", nl(p), message_escape(o->object, buf, sizeof(buf)));
	printf("section %s ", message_escape(o->section, buf, sizeof(buf)));
	printf("program %s ", message_escape(o->function, buf, sizeof(buf)));
	printf("sha256 %s added %llu ", message_escape(o->sha256, buf, sizeof(buf)),
	       (unsigned long long)o->added);
}

static void text_rules(const struct view *v, const struct entry *e)
{
	char buf[512];

	for (unsigned int a = 0; a < N_VERDICTS; a++) {
		int target = e->go_to[a] ? chain_slot(&v->chain, e->go_to[a]) : -1;

		if (target >= 0)
			printf("on %s goto %s ", verdict_name(a),
			       message_escape(v->chain.entries[target].name, buf, sizeof(buf)));
	}
}

static void text_entry(const struct printer *p, const struct view *v, unsigned int slot)
{
	const struct entry *e = &v->chain.entries[slot];
	char buf[2048];

	printf("%s    %u: %s prio %u ", nl(p), slot, message_escape(e->name, buf, sizeof(buf)),
	       e->prio);
	printf("proceed-on %s ", printer_actions(e->proceed_on, buf, sizeof(buf)));
	text_rules(v, e);
	if (e->program && e->program->id) {
		printf("program %s ", message_escape(e->program->func, buf, sizeof(buf)));
		printf("id %u ", e->program->id);
		if (p->opts->details)
			printf("tag %s ", printer_tag(e->program->tag, buf));
		if (e->program->frags)
			printf("frags ");
		if (e->program->devbound)
			printf("devbound ");
	}
	if (e->linkage == LINKAGE_TAIL)
		printf("linkage tail ");
	if (e->disabled)
		printf("disabled ");
	if (e->empty)
		printf("empty ");
	if (p->opts->details && e->program)
		text_entry_details(p, &v->infos[slot], &e->program->origin);
}

static void text_chain(const struct printer *p, const struct view *v)
{
	char buf[2048];

	if (v->kind == VIEW_DETACHED)
		printf("detached ");
	else
		printf("mode %s ", printer_mode(v->mode));
	printf("dispatcher id %u ", v->prog.id);
	printf("format %s ", printer_format(v->chain.format, buf, sizeof(buf)));
	if (p->opts->details)
		printf("tag %s %s", printer_tag(v->prog.tag, buf), v->pinned ? "pinned " : "");
	for (unsigned int i = 0; i < v->chain.n; i++)
		text_entry(p, v, i);
}

static void text_problems(const struct printer *p, const struct view *v)
{
	char buf[2048];

	for (size_t i = 0; i < v->problems.n_warnings; i++)
		printf("%s    problem: %s ", nl(p),
		       message_escape(v->problems.warnings[i], buf, sizeof(buf)));
}

static void text_foreign(const struct view *v)
{
	char buf[2048];

	printf("mode %s foreign %s id %u ", printer_mode(v->mode), foreign_word(v->foreign),
	       v->prog.id);
	if (*v->prog.name)
		printf("name %s ", message_escape(v->prog.name, buf, sizeof(buf)));
	if (v->link_id)
		printf("link_id %u ", v->link_id);
	printf("reason %s ", message_escape(v->reason, buf, sizeof(buf)));
}

static void view_text(const struct printer *p, const struct view *v)
{
	char name[4 * IFNAMSIZ + 1];

	printf("%d: %s: ", v->link.ifindex, message_escape(v->link.ifname, name, sizeof(name)));
	if (has_chain(v))
		text_chain(p, v);
	else
		text_foreign(v);
	text_problems(p, v);
	printf("\n");
}

/* Columns: device, mode, then the entries in order or what is there instead. */
static void view_brief(const struct view *v)
{
	char buf[2048];

	printf("%-16s %-8s ", message_escape(v->link.ifname, buf, sizeof(buf)),
	       printer_mode(v->mode));
	if (v->kind == VIEW_FOREIGN)
		printf("foreign %s id %u ", foreign_word(v->foreign), v->prog.id);
	for (unsigned int i = 0; i < v->chain.n && has_chain(v); i++)
		printf("%s%s", i ? "," : "",
		       message_escape(v->chain.entries[i].name, buf, sizeof(buf)));
	if (has_chain(v))
		printf(" %s%s", v->kind == VIEW_DETACHED ? "detached " : "",
		       v->problems.n_warnings ? "damaged " : "");
	printf("\n");
}

void printer_begin(struct printer *p, const struct options *opts)
{
	p->opts = opts;
	p->json = opts->json ? json_array() : NULL;
}

struct json_object *printer_view(const struct printer *p, const struct view *v)
{
	if (v->kind == VIEW_NONE)
		return NULL;
	if (p->json)
		return view_json(p, v);
	if (p->opts->brief)
		view_brief(v);
	else
		view_text(p, v);
	return NULL;
}

struct json_object *printer_device(const struct printer *p, const struct view *v)
{
	return p->json ? view_json(p, v) : printer_view(p, v);
}

void printer_end(struct printer *p, bool failed)
{
	if (p->json && failed)
		json_free(p->json);
	else if (p->json)
		json_print(p->json, p->opts->pretty);
	p->json = NULL;
}
