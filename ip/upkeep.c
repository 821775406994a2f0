// SPDX-License-Identifier: GPL-2.0-or-later
/* "repair" and "clean". */
#include "upkeep.h"

#include <stdio.h>

#include "json.h"
#include "chain/leftover.h"
#include "message.h"
#include "change/repair.h"

static void print_step(const struct view *v, enum repair_step step, void *arg)
{
	const char *what = step == REPAIR_ATTACH ? "attach" : "pin";
	char name[4 * IFNAMSIZ + 1];
	struct json_object *to;

	if (!arg) {
		printf("%s: %s dispatcher id %u \n",
		       message_escape(v->link.ifname, name, sizeof(name)), what, v->prog.id);
		return;
	}
	to = json_map();
	json_add_number(to, "ifindex", v->link.ifindex);
	json_add_text(to, "ifname", v->link.ifname);
	json_add_number(to, "dispatcher", v->prog.id);
	json_add_text(to, "repair", what);
	json_add(arg, NULL, to);
}

static void print_leftover(const struct leftover *l, void *arg)
{
	struct json_object *to;
	char name[64];

	store_dir_name(&l->dir, name);
	if (!arg) {
		if (l->removed)
			printf("remove %s \n", name);
		else
			printf("leave %s: %s \n", name, l->reason);
		return;
	}
	to = json_map();
	json_add_text(to, "directory", name);
	json_add_number(to, "ifindex", l->dir.ifindex);
	json_add_number(to, "dispatcher", l->dir.id);
	json_add_bool(to, "removed", l->removed);
	if (l->reason)
		json_add_text(to, "reason", l->reason);
	json_add(arg, NULL, to);
}

int upkeep_repair(struct netlink *nl, struct store *s, const struct request *rq,
		  const struct options *opts, struct report *r)
{
	struct json_object *doc = opts->json ? json_array() : NULL;
	int err = repair_run(nl, s, rq, print_step, doc, r);

	if (doc)
		json_print(doc, opts->pretty);
	return err;
}

int upkeep_clean(struct netlink *nl, struct store *s, const struct request *rq,
		 const struct options *opts, struct report *r)
{
	struct json_object *doc = opts->json ? json_array() : NULL;
	int err =
		leftover_clean(nl, s, rq->all_netns, rq->dry_run, rq->wait, print_leftover, doc, r);

	if (doc)
		json_print(doc, opts->pretty);
	return err;
}
