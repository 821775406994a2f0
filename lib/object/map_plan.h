/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plan what a change does to each map: a pure function of the old maps, the
 * declarations in the new object, and the policy.
 *
 *	facts of both sides -> map_plan_make() -> map_plan_judge() -> carry it out
 *	-> map_plan_free()
 */
#ifndef XM_MAP_PLAN_H
#define XM_MAP_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "model/report.h"
#include "model/request.h"
#include "object/map_types.h"

#define MAP_NAME_MAX	    128 /* size of an identifier in BTF */
#define MAP_KERNEL_NAME_MAX 15	/* characters that the kernel keeps of it */

/*
 * enum map_role - the role of a map in its program
 *
 * The contents of a MAP_OF_USER always count as data of the user, even if the map is
 * empty now.
 */
enum map_role {
	MAP_OF_USER,
	MAP_OF_VARIABLES,  /* .data, .bss: kept variable by variable */
	MAP_OF_CONSTANTS,  /* .rodata, .kconfig, our labels: always the new object's */
	MAP_OF_TAIL_CALLS, /* always the new object's, with the object's own programs */
};

/*
 * struct map_facts - facts about a map in the kernel or a declared map
 * @id: id of a map that exists, 0 for a declaration
 * @name: full name; for variables the name of their section
 * @cut: the full name is unknown and @name is only its beginning
 * @extra: map_extra
 * @btf_id: id of the BTF that the map was made with, 0 for none: maps with the same id
 *	    come from one load of one object
 * @btf, @key, @value: its types, 0 if they are unknown; for variables @value is the
 *		       section.  Borrowed.
 * @declared_in, @inner: the type that declares its inner maps, 0 if unknown.  Borrowed.
 * @stranger: id of a program that somebody else put into a tail-call map
 * @pin: path where it will be pinned, NULL for none.  Borrowed.
 * @pinned: the map that is pinned there already, NULL for none.  Borrowed.
 * @made: the map belongs to a program that is loaded already, so it cannot be replaced
 */
struct map_facts {
	__u32 id;
	char name[MAP_NAME_MAX];
	bool cut;
	enum map_role role;
	__u32 type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 flags;
	__u64 extra;
	__u32 btf_id;
	const struct btf *btf;
	__u32 key;
	__u32 value;
	const struct btf *declared_in;
	__u32 inner;
	__u32 stranger;
	const char *pin;
	const struct map_facts *pinned;
	bool made;
};

/*
 * enum map_action - where a map of the new program comes from
 *
 * MAP_SHARED: use the map that is pinned where the new one would be pinned.
 */
enum map_action {
	MAP_FRESH,
	MAP_KEPT,
	MAP_SHARED,
};

/* enum map_loss - why an old map has no successor */
enum map_loss {
	MAP_NOT_LOST,
	MAP_LOST_NAME,	    /* no map of this name */
	MAP_LOST_AMBIGUOUS, /* several names agree in the part that the kernel keeps */
	MAP_LOST_TWICE,	    /* another old map of this name is kept */
	MAP_LOST_TYPE,
	MAP_LOST_KEY_SIZE,
	MAP_LOST_VALUE_SIZE,
	MAP_LOST_ENTRIES,
	MAP_LOST_FLAGS,
	MAP_LOST_EXTRA,
	MAP_LOST_KEY,	  /* another type of the same size */
	MAP_LOST_VALUE,	  /* another type of the same size */
	MAP_LOST_INNER,	  /* its inner maps are different */
	MAP_LOST_PIN,	  /* another map is pinned at its path */
	MAP_LOST_OWN,	  /* the new program is already loaded with its own maps */
	MAP_LOST_PROGRAM, /* a tail-call map that holds a program of somebody else */
	MAP_LOST_VARIABLES,
};

/* struct map_fate - the fate of an old map; @where names the member that differs, or
 * the variables that are lost */
struct map_fate {
	enum map_loss loss;
	char where[256];
};

/* struct map_origin - where a new map comes from; @old is the index of the kept map */
struct map_origin {
	enum map_action action;
	unsigned int old;
};

/* struct map_copy - a variable whose value is copied to its new place */
struct map_copy {
	unsigned int old;
	__u32 old_offset;
	unsigned int new;
	__u32 new_offset;
	__u32 size;
};

struct map_plan {
	struct map_fate *fates; /* per old map */
	unsigned int n_old;
	struct map_origin *origins; /* per new map */
	unsigned int n_new;
	struct map_copy *copies;
	unsigned int n_copies;
	/* facts of a new map that does not fit the map pinned in its place */
	const struct map_facts *misfit;
	struct map_fate misfit_fate;
};

/* ---- map_fit.c ---- */

/* map_facts_settle() - adjust the facts of a declaration or a map as the kernel does, so
 * that the two can be compared
 * @cpus: number of possible processors */
void map_facts_settle(struct map_facts *f, unsigned int cpus);

/* map_fits() - can the old map be used in place of the new one, apart from the name?  If
 * not, @fate says why. */
bool map_fits(const struct map_facts *old, const struct map_facts *new, struct map_fate *fate);

/* ---- map_plan.c ---- */

/*
 * map_plan_make() - decide what to do with each map
 *
 * All facts must be settled.  The most important old maps come first: of several maps
 * with one name the first is kept.  0 or -ENOMEM; call map_plan_free() in either case.
 */
int map_plan_make(const struct map_facts *old, unsigned int n_old, const struct map_facts *new,
		  unsigned int n_new, enum maps_policy policy, struct map_plan *plan);

struct map_losses;

/*
 * map_plan_judge() - does the policy allow the plan?
 * @entry: name of the entry that owns the maps
 *
 * Adds losses that the policy forbids to @losses, and warns of losses that it allows.
 */
void map_plan_judge(const struct map_plan *plan, const struct map_facts *old,
		    enum maps_policy policy, const char *entry, struct map_losses *losses,
		    struct report *r);

/* map_loss_text() - describe the reason of a loss in words */
void map_loss_text(const struct map_fate *fate, char *buf, size_t size);

void map_plan_free(struct map_plan *plan);

#endif
