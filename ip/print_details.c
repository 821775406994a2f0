// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints the output of -details for an entry and for a foreign program. */
#include "print_details.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel/holder.h"
#include "moment.h"
#include "object/label_map.h"

/* Print a date in text, and a number in JSON. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void __attribute__((format(printf, 2, 0)))
print_moment(struct output *out, const char *fmt, time_t then)
{
	char text[MOMENT_SIZE];

	print_string(out, PRINT_FP, NULL, fmt, moment_text(then, time(NULL), text));
}

#pragma GCC diagnostic pop

/* Read a map of the program; false for the map with our labels. */
static bool read_map(__u32 id, struct kobj_map *map)
{
	int fd = kobj_map_open(id, NULL);
	int err = fd < 0 ? fd : kobj_map_info(fd, map, NULL);

	if (fd >= 0)
		close(fd);
	return !err && strcmp(map->name, LABEL_MAP_NAME);
}

static void print_map(struct output *out, const struct kobj_map *map)
{
	open_json_object(out, NULL);
	print_nl(out);
	print_uint(out, PRINT_ANY, "id", "        map id %u ", map->id);
	print_string(out, PRINT_ANY, "name", "name %s ", map->name);
	print_string(out, PRINT_ANY, "type", "type %s ", kobj_map_type(map->type));
	close_json_object(out);
}

static void print_load(struct output *out, const struct kobj_prog *info)
{
	struct kobj_map map;

	print_nl(out);
	print_moment(out, "        loaded %s ", moment_of_boot(info->load_time));
	print_u64(out, PRINT_JSON, "load_time", "%llu", info->load_time);
	print_uint(out, PRINT_ANY, "created_by_uid", "created_by_uid %u ", info->uid);
	print_uint(out, PRINT_ANY, "btf_id", "btf_id %u ", info->btf_id);
	open_json_array(out, "maps");
	for (unsigned int i = 0; i < info->n_maps && i < KOBJ_MAX_MAPS; i++)
		if (read_map(info->maps[i], &map))
			print_map(out, &map);
	close_json_array(out);
}

static void print_object(struct output *out, const struct origin *o)
{
	print_string(out, PRINT_ANY, "object", "object %s ", o->object);
	print_string(out, PRINT_ANY, "section", "section %s ", o->section);
	print_string(out, PRINT_ANY, "program", "program %s ", o->function);
	if (o->pinmaps)
		print_string(out, PRINT_ANY, "pinmaps", "pinmaps %s ", o->pinmaps);
	print_string(out, PRINT_ANY, "sha256", "sha256 %s ", o->sha256);
}

static void print_origin(struct output *out, const struct origin *o, const char *config)
{
	if (o->object || config) {
		open_json_object(out, "origin");
		print_nl(out);
		print_string(out, PRINT_FP, NULL, "%s", "        origin ");
		if (o->object)
			print_object(out, o);
		if (config)
			print_string(out, PRINT_ANY, "config", "config %s ", config);
		close_json_object(out);
	}
	if (o->added) {
		print_moment(out, "added %s ", o->added);
		print_u64(out, PRINT_JSON, "added", "%llu", o->added);
	}
}

void print_entry_details(struct output *out, const struct kobj_prog *info, const struct entry *e)
{
	if (e->program->id)
		print_load(out, info);
	print_origin(out, &e->program->origin, e->config);
	if (e->policy)
		print_string(out, PRINT_ANY, "policy", "policy %s ", e->policy);
}

void print_holder(struct output *out, const struct view *v)
{
	char path[512];
	struct holder h;

	if (v->foreign == FOREIGN_UNREADABLE)
		return;
	if (holder_pin(v->prog.id, v->link_id, path, sizeof(path)))
		print_string(out, PRINT_ANY, "pin", "pinned at %s ", path);
	if (!holder_find(v->prog.id, v->link_id, &h))
		return;
	open_json_object(out, "holder");
	print_uint(out, PRINT_ANY, "pid", "held by process %u ", h.pid);
	print_string(out, PRINT_ANY, "command", "(%s) ", h.command);
	close_json_object(out);
}
