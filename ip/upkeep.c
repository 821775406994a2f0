// SPDX-License-Identifier: GPL-2.0-or-later
/* "repair" and "clean". */
#include "upkeep.h"

#include "kernel/kobj.h"
#include "output.h"

static void print_step(const struct view *v, enum repair_step step, void *arg)
{
	const char *what = step == REPAIR_ATTACH ? "attach" : "pin";
	struct output *out = arg;

	open_json_object(out, NULL);
	print_uint(out, PRINT_JSON, "ifindex", "%u", v->link.ifindex);
	print_color_string(out, PRINT_ANY, TEXT_IFNAME, "ifname", "%s", v->link.ifname);
	print_string(out, PRINT_FP, NULL, "%s", ": ");
	print_string(out, PRINT_ANY, "repair", "%s ", what);
	print_uint(out, PRINT_ANY, "dispatcher", "dispatcher id %u ", v->prog.id);
	close_json_object(out);
	print_record_end(out);
}

/* The reason why a directory was kept. */
static const char *reason(const struct leftover *l)
{
	if (l->why.class == DIR_DETACHED)
		return l->displaced
			       ? "another program has replaced this chain"
			       : "a detached chain: repair attaches it again, flush removes it";
	if (l->used == YES)
		return "in use: attached to an interface, or open in a process";
	if (l->why.by == DIR_IS_ATTACHED || l->why.by == DIR_HAS_INTERFACE)
		return "the interface with that index could not be read";
	if (l->why.by == DIR_EXISTS || l->why.by == DIR_IS_WHOLE)
		return "its chain could not be read";
	if (l->used == UNSURE)
		return "its users are unknown: no iterator program can be loaded";
	return l->why.class == DIR_ELSEWHERE
		       ? "it belongs to another network namespace: \"clean all-netns\" removes it"
		       : "it may belong to another network namespace: \"clean all-netns\" removes it";
}

static void print_leftover(const struct leftover *l, void *arg)
{
	struct output *out = arg;
	char name[64];

	store_dir_name(&l->dir, name);
	open_json_object(out, NULL);
	print_string(out, PRINT_ANY, "directory", l->removed ? "remove %s" : "leave %s", name);
	print_uint(out, PRINT_JSON, "ifindex", "%u", l->dir.ifindex);
	if (l->dir.kind != STORE_UNDO)
		print_uint(out, PRINT_JSON, "dispatcher", "%u", l->dir.id);
	print_bool(out, PRINT_JSON, "removed", "%s", l->removed);
	if (!l->removed)
		print_string(out, PRINT_ANY, "reason", ": %s", reason(l));
	print_string(out, PRINT_FP, NULL, "%s", " ");
	close_json_object(out);
	print_record_end(out);
}

/* Steps that were done are printed even after an error. */
static int end(struct output *out, int err, struct report *r)
{
	int end_err = output_end(out, 0, r);

	return err ? err : end_err;
}

int upkeep_repair(struct session *s, const struct request *rq, const struct options *opts,
		  struct report *r)
{
	struct output out;

	output_begin(&out, opts);
	return end(&out, session_repair(s, rq, print_step, &out, r), r);
}

int upkeep_clean(struct session *s, const struct request *rq, const struct options *opts,
		 struct report *r)
{
	struct output out;
	int err = kobj_check_descriptors(r);

	/* A chain that cannot be read for lack of descriptors would be left, without an
	 * error. */
	if (err)
		return err;
	output_begin(&out, opts);
	return end(&out, session_clean(s, rq, print_leftover, &out, r), r);
}
