// SPDX-License-Identifier: GPL-2.0-or-later
/* Plan what a change does to each map. */
#include "object/map_plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object/map_losses.h"

/* ---- variables ---- */

/* Are all variables the same, in the same places? */
static bool same_section(const struct map_facts *old, const struct map_facts *new)
{
	char where[MAP_WHERE_MAX];
	struct map_var a, b;
	unsigned int i = 0;

	if (strcmp(old->name, new->name) || old->value_size != new->value_size || !old->value ||
	    !new->value)
		return false;
	while (map_var_get(old->btf, old->value, i, &a)) {
		if (!map_var_get(new->btf, new->value, i++, &b) || strcmp(a.name, b.name) ||
		    a.offset != b.offset || a.size != b.size ||
		    !map_types_same(old->btf, a.type, new->btf, b.type, where))
			return false;
	}
	return !map_var_get(new->btf, new->value, i, &b);
}

static void lose_variable(struct map_fate *fate, const char *name)
{
	size_t len = strlen(fate->where);

	fate->loss = MAP_LOST_VARIABLES;
	if (len + strlen(name) + 8 < sizeof(fate->where))
		sprintf(fate->where + len, "%s\"%s\"", len ? ", " : "", name);
	else if (len + 6 < sizeof(fate->where))
		strcpy(fate->where + len, ", ...");
}

static bool is_copied(const struct map_plan *plan, unsigned int new, __u32 offset)
{
	for (unsigned int i = 0; i < plan->n_copies; i++)
		if (plan->copies[i].new == new && plan->copies[i].new_offset == offset)
			return true;
	return false;
}

static int add_copy(struct map_plan *plan, const struct map_copy *copy)
{
	struct map_copy *copies = realloc(plan->copies, (plan->n_copies + 1) * sizeof(*copies));

	if (!copies)
		return -ENOMEM;
	plan->copies = copies;
	plan->copies[plan->n_copies++] = *copy;
	return 0;
}

static bool has_variable(const struct map_facts *f, const char *name)
{
	struct map_var var;

	for (unsigned int i = 0; map_var_get(f->btf, f->value, i, &var); i++)
		if (!strcmp(var.name, name))
			return true;
	return false;
}

/* Is there a variable of this name in only one section?  With several devices there are
 * several maps of that section. */
static bool is_in_one_section(const struct map_facts *facts, unsigned int n, const char *name)
{
	const char *section = NULL;

	for (unsigned int i = 0; i < n; i++) {
		if (facts[i].role != MAP_OF_VARIABLES || !has_variable(&facts[i], name))
			continue;
		if (section && strcmp(facts[i].name, section))
			return false;
		section = facts[i].name;
	}
	return true;
}

/* Find the place of a variable in the new maps.  Its section depends on how it is
 * initialised, so it can be in any, unless several have a (static) variable of this name. */
static int plan_variable(const struct map_facts *old, unsigned int o, const struct map_var *var,
			 const struct map_facts *new, struct map_plan *plan)
{
	bool may_move = is_in_one_section(old, plan->n_old, var->name) &&
			is_in_one_section(new, plan->n_new, var->name);
	char where[MAP_WHERE_MAX];
	struct map_var to;

	for (unsigned int n = 0; n < plan->n_new; n++) {
		struct map_copy copy = { .old = o, .old_offset = var->offset, .new = n };

		if (new[n].role != MAP_OF_VARIABLES || plan->origins[n].action != MAP_FRESH ||
		    new[n].made || (!may_move && strcmp(old[o].name, new[n].name)) ||
		    !map_var_find(new[n].btf, new[n].value, var->name, &to) ||
		    to.size != var->size || is_copied(plan, n, to.offset) ||
		    !map_types_same(old[o].btf, var->type, new[n].btf, to.type, where))
			continue;
		copy.new_offset = to.offset;
		copy.size = var->size;
		return add_copy(plan, &copy);
	}
	lose_variable(&plan->fates[o], var->name);
	return 0;
}

static int plan_variables(const struct map_facts *old, unsigned int o, const struct map_facts *new,
			  struct map_plan *plan)
{
	struct map_var var, only;
	int err = 0;

	if (!old[o].btf || !old[o].value)
		plan->fates[o].loss = MAP_LOST_VARIABLES;
	for (unsigned int i = 0; !err && map_var_get(old[o].btf, old[o].value, i, &var); i++) {
		/* Variables of the same name cannot be told apart. */
		if (!map_var_find(old[o].btf, old[o].value, var.name, &only))
			lose_variable(&plan->fates[o], var.name);
		else
			err = plan_variable(old, o, &var, new, plan);
	}
	return err;
}

/* Is this the very same map, of a program that is loaded already? */
static bool is_the_made(const struct map_facts *f, __u32 id)
{
	return f->made && f->id == id;
}

static bool keep_section(const struct map_facts *old, unsigned int o, const struct map_facts *new,
			 struct map_plan *plan)
{
	for (unsigned int n = 0; n < plan->n_new; n++) {
		if (new[n].role != MAP_OF_VARIABLES || plan->origins[n].action != MAP_FRESH ||
		    (new[n].made && !is_the_made(&new[n], old[o].id)) ||
		    !same_section(&old[o], &new[n]))
			continue;
		plan->origins[n] = (struct map_origin){ .action = MAP_KEPT, .old = o };
		return true;
	}
	return false;
}

/* Plan whole sections first, so that the remaining new variables have no value yet. */
static int plan_sections(const struct map_facts *old, const struct map_facts *new,
			 struct map_plan *plan)
{
	bool *kept = calloc(plan->n_old + 1, sizeof(*kept));
	int err = kept ? 0 : -ENOMEM;

	for (unsigned int o = 0; !err && o < plan->n_old; o++)
		kept[o] = old[o].role != MAP_OF_VARIABLES || keep_section(old, o, new, plan);
	for (unsigned int o = 0; !err && o < plan->n_old; o++)
		if (!kept[o])
			err = plan_variables(old, o, new, plan);
	free(kept);
	return err;
}

/* ---- the user's maps ---- */

static bool names_meet(const struct map_facts *old, const struct map_facts *new)
{
	if (old->cut)
		return !strncmp(old->name, new->name, MAP_KERNEL_NAME_MAX);
	return !strcmp(old->name, new->name);
}

static enum map_loss plan_pair(const struct map_facts *old, unsigned int o,
			       const struct map_facts *new, unsigned int n, struct map_plan *plan)
{
	struct map_origin *from = &plan->origins[n];

	if (old[o].cut)
		return MAP_LOST_AMBIGUOUS;
	if (new[n].pinned)
		return old[o].id && new[n].pinned->id == old[o].id ? MAP_NOT_LOST : MAP_LOST_PIN;
	if (!map_fits(&old[o], &new[n], &plan->fates[o]))
		return plan->fates[o].loss;
	if (from->action == MAP_KEPT)
		return MAP_LOST_TWICE;
	*from = (struct map_origin){ .action = MAP_KEPT, .old = o };
	return MAP_NOT_LOST;
}

static bool is_made(const struct map_facts *new, unsigned int n, __u32 id)
{
	for (unsigned int i = 0; i < n; i++)
		if (is_the_made(&new[i], id))
			return true;
	return false;
}

static void plan_user(const struct map_facts *old, unsigned int o, const struct map_facts *new,
		      struct map_plan *plan)
{
	struct map_fate *fate = &plan->fates[o];

	if (is_made(new, plan->n_new, old[o].id))
		return;
	fate->loss = plan->n_new && new->made ? MAP_LOST_OWN : MAP_LOST_NAME;
	for (unsigned int n = 0; n < plan->n_new; n++)
		if (new[n].role == MAP_OF_USER && !new[n].made && names_meet(&old[o], &new[n])) {
			fate->loss = plan_pair(old, o, new, n, plan);
			return;
		}
}

/* ---- the plan ---- */

static int allocate(struct map_plan *plan, unsigned int n_old, unsigned int n_new)
{
	memset(plan, 0, sizeof(*plan));
	plan->fates = calloc(n_old + 1, sizeof(*plan->fates));
	plan->origins = calloc(n_new + 1, sizeof(*plan->origins));
	plan->n_old = n_old;
	plan->n_new = n_new;
	return plan->fates && plan->origins ? 0 : -ENOMEM;
}

/* A map that is pinned at the path is used, regardless of the policy. */
static void plan_pins(const struct map_facts *new, struct map_plan *plan)
{
	for (unsigned int n = 0; n < plan->n_new; n++) {
		struct map_fate fate;

		if (!new[n].pinned)
			continue;
		plan->origins[n].action = MAP_SHARED;
		if (map_fits(new[n].pinned, &new[n], &fate) || plan->misfit)
			continue;
		plan->misfit = &new[n];
		plan->misfit_fate = fate;
	}
}

int map_plan_make(const struct map_facts *old, unsigned int n_old, const struct map_facts *new,
		  unsigned int n_new, enum maps_policy policy, struct map_plan *plan)
{
	int err = allocate(plan, n_old, n_new);

	if (err)
		return err;
	plan_pins(new, plan);
	if (policy == MAPS_NEW)
		return 0;
	for (unsigned int o = 0; o < n_old; o++) {
		if (old[o].role == MAP_OF_USER)
			plan_user(old, o, new, plan);
		else if (old[o].role == MAP_OF_TAIL_CALLS && old[o].stranger &&
			 !is_made(new, n_new, old[o].id))
			plan->fates[o].loss = MAP_LOST_PROGRAM;
	}
	return plan_sections(old, new, plan);
}

void map_plan_free(struct map_plan *plan)
{
	free(plan->fates);
	free(plan->origins);
	free(plan->copies);
	memset(plan, 0, sizeof(*plan));
}

/* ---- words ---- */

static const char *const reasons[] = {
	[MAP_LOST_NAME] = "the new program has no such map",
	[MAP_LOST_AMBIGUOUS] =
		"the kernel stores only 15 characters of its name, and these do not identify one map of the new program",
	[MAP_LOST_TWICE] = "another map of this name is kept",
	[MAP_LOST_TYPE] = "the map of the new program has another type",
	[MAP_LOST_KEY_SIZE] = "the map of the new program has another key size",
	[MAP_LOST_VALUE_SIZE] = "the map of the new program has another value size",
	[MAP_LOST_ENTRIES] = "the map of the new program has another max_entries",
	[MAP_LOST_FLAGS] = "the map of the new program has other flags",
	[MAP_LOST_EXTRA] = "the map of the new program has another map_extra",
	[MAP_LOST_KEY] = "the map of the new program has another key type",
	[MAP_LOST_VALUE] = "the map of the new program has another value type",
	[MAP_LOST_INNER] = "the map of the new program has other inner maps",
	[MAP_LOST_PIN] = "another map is pinned in \"pinmaps\"",
	[MAP_LOST_OWN] = "the new program is loaded already and has its own maps",
	[MAP_LOST_PROGRAM] = "another process put a program into this tail-call map",
	[MAP_LOST_VARIABLES] = "the new program has no such variables, or other types for them",
};

void map_loss_text(const struct map_fate *fate, char *buf, size_t size)
{
	const char *reason = fate->loss ? reasons[fate->loss] : "";

	if (!*fate->where)
		snprintf(buf, size, "%s", reason);
	else if (fate->loss == MAP_LOST_VARIABLES)
		snprintf(buf, size, "%s: %s", reason, fate->where);
	else
		snprintf(buf, size, "%s: member \"%s\" differs", reason, fate->where);
}

/* Variables start anew with every version that changes them: this alone is no failure
 * unless the user asked to keep them. */
static bool forbidden(enum map_loss loss, enum maps_policy policy)
{
	return policy == MAPS_KEEP || (policy == MAPS_DEFAULT && loss != MAP_LOST_VARIABLES);
}

/* Give one warning for the variables of all sections. */
static void warn_of_variables(const struct map_plan *plan, const struct map_facts *old,
			      const char *entry, const struct map_losses *losses, struct report *r)
{
	const struct map_facts *section = NULL;
	char list[768] = "";
	size_t len = 0;

	for (unsigned int o = 0; o < plan->n_old; o++) {
		if (plan->fates[o].loss != MAP_LOST_VARIABLES || len >= sizeof(list))
			continue;
		section = &old[o];
		len += snprintf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "",
				*plan->fates[o].where ? plan->fates[o].where : old[o].name);
	}
	if (section)
		map_losses_warn_variables(losses, section, entry, list, r);
}

void map_plan_judge(const struct map_plan *plan, const struct map_facts *old,
		    enum maps_policy policy, const char *entry, struct map_losses *losses,
		    struct report *r)
{
	char why[512];

	for (unsigned int o = 0; o < plan->n_old; o++) {
		enum map_loss loss = plan->fates[o].loss;

		map_loss_text(&plan->fates[o], why, sizeof(why));
		if (loss && forbidden(loss, policy))
			map_losses_add(losses, &old[o], entry, why);
		else if (loss && loss != MAP_LOST_VARIABLES)
			map_losses_warn(losses, &old[o], entry, why, r);
	}
	if (policy != MAPS_KEEP)
		warn_of_variables(plan, old, entry, losses, r);
}
