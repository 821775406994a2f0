/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The maps that a change would lose: the sentences about them.  Pure, except for
 * @devs_of of the caller.
 *
 *	map_losses_add() -> map_losses_refuse() -> map_losses_free()
 */
#ifndef XM_MAP_LOSSES_H
#define XM_MAP_LOSSES_H

#include "object/map_plan.h"

/* Room for the names of devices; more devices are counted. */
#define MAP_LOSS_DEVS_SIZE 80

/*
 * struct map_losses - the maps that a change would lose against its policy
 * @devs_of: the names of the devices that use the map with this id; NULL if there are none
 * @arg: for @devs_of
 * @lines, @n: each lost map once, with its entry, its devices and the reason; owned
 * @no_memory: a loss could not be recorded
 *
 * Maps of the same name that several devices lose for one reason are one line.
 */
struct map_losses {
	void (*devs_of)(void *arg, __u32 map, char *buf, size_t size);
	void *arg;
	struct map_loss_line *lines;
	unsigned int n;
	bool no_memory;
};

/* map_losses_add() - add a loss that the policy forbids; @why is its reason */
void map_losses_add(struct map_losses *l, const struct map_facts *map, const char *entry,
		    const char *why);

/* map_losses_warn() - warn of a loss that the policy allows */
void map_losses_warn(const struct map_losses *l, const struct map_facts *map, const char *entry,
		     const char *why, struct report *r);

/* map_losses_warn_variables() - warn that the variables in @list are lost; @section is the
 * map of one of them */
void map_losses_warn_variables(const struct map_losses *l, const struct map_facts *section,
			       const char *entry, const char *list, struct report *r);

/* map_losses_refuse() - 0 if nothing is lost, or -EEXIST with one sentence for all losses;
 * -ENOMEM */
int map_losses_refuse(const struct map_losses *l, enum maps_policy policy, struct report *r);

void map_losses_free(struct map_losses *l);

#endif
