/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a change does to each map: a pure function of the old maps, what the new
 * object declares, and the policy.
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

#define MAP_NAME_MAX	    128 /* of an identifier in BTF */
#define MAP_KERNEL_NAME_MAX 15	/* what the kernel keeps of it */

/*
 * enum map_role - what a map is to its program
 *
 * Whatever is in a user's map counts as data of the user, also when it is empty at
 * the moment.
 */
enum map_role {
	MAP_OF_USER,
	MAP_OF_VARIABLES,  /* .data, .bss: kept by variable */
	MAP_OF_CONSTANTS,  /* .rodata, .kconfig, our labels: always the new object's */
	MAP_OF_TAIL_CALLS, /* always the new object's, with the object's own programs */
};

/*
 * struct map_facts - what is known of a map in the kernel or of one that is declared
 * @id: of a map that exists, 0 for a declaration
 * @name: in full; of variables the section's
 * @cut: the full name is not known: what it begins with
 * @extra: map_extra
 * @btf_id: of the BTF that the map was made with, 0 for none: maps with the same come
 *	    from one load of one object
 * @btf, @key, @value: its types, 0 where they are not known; of variables @value is
 *		       the section.  Borrowed.
 * @declared_in, @inner: the type that declares the maps in it, 0 unknown.  Borrowed.
 * @stranger: id of a program that somebody else put into a tail-call map
 * @pin: where it is to be pinned, NULL for nowhere.  Borrowed.
 * @pinned: what is pinned there already, NULL for nothing.  Borrowed.
 * @made: this is a map of a program that is loaded already, which has no choice
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
 * MAP_SHARED is the one that is pinned where the new one would be.
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
	MAP_LOST_AMBIGUOUS, /* names that agree as far as the kernel keeps them */
	MAP_LOST_TWICE,	    /* another old map of this name is kept */
	MAP_LOST_TYPE,
	MAP_LOST_KEY_SIZE,
	MAP_LOST_VALUE_SIZE,
	MAP_LOST_ENTRIES,
	MAP_LOST_FLAGS,
	MAP_LOST_EXTRA,
	MAP_LOST_KEY,	  /* another type of the same size */
	MAP_LOST_VALUE,	  /* another type of the same size */
	MAP_LOST_INNER,	  /* other maps are in it */
	MAP_LOST_PIN,	  /* another map is pinned where it would be */
	MAP_LOST_OWN,	  /* the new program is loaded and has maps of its own */
	MAP_LOST_PROGRAM, /* of tail calls, with a program of somebody else */
	MAP_LOST_VARIABLES,
};

/* struct map_fate - of an old map; @where is the member that differs, or the
 * variables that are lost */
struct map_fate {
	enum map_loss loss;
	char where[256];
};

/* struct map_origin - where a new map comes from; @old is the index of the kept one */
struct map_origin {
	enum map_action action;
	unsigned int old;
};

/* struct map_copy - a variable that goes on in another place */
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
	/* a new map does not fit the one that is pinned in its place */
	const struct map_facts *misfit;
	struct map_fate misfit_fate;
};

/* ---- map_fit.c ---- */

/* map_facts_settle() - what the kernel makes of these facts, which are a
 * declaration's or a map's: then the two can be compared
 * @cpus: how many processors are possible */
void map_facts_settle(struct map_facts *f, unsigned int cpus);

/* map_fits() - can the old map take the new one's place, name apart?  If not,
 * @fate says why. */
bool map_fits(const struct map_facts *old, const struct map_facts *new, struct map_fate *fate);

/* ---- map_plan.c ---- */

/*
 * map_plan_make() - decide
 *
 * Facts are settled.  Old maps come first who is more important: of several with
 * one name the first is kept.  0 or -ENOMEM; map_plan_free() in either case.
 */
int map_plan_make(const struct map_facts *old, unsigned int n_old, const struct map_facts *new,
		  unsigned int n_new, enum maps_policy policy, struct map_plan *plan);

/*
 * struct map_losses - what a change would lose against its policy, as text
 * @text: of each map its name, its entry and the reason
 * @unsaid: how many had no room there
 */
struct map_losses {
	char text[800];
	unsigned int n;
	unsigned int unsaid;
};

/*
 * map_plan_judge() - does the policy allow what is planned?
 * @entry: whose maps they are
 *
 * What it forbids is added to @losses, what it lets go gives a warning.
 */
void map_plan_judge(const struct map_plan *plan, const struct map_facts *old,
		    enum maps_policy policy, const char *entry, struct map_losses *losses,
		    struct report *r);

/* map_losses_add() - one more, for a reason that is not the plan's */
void map_losses_add(struct map_losses *l, const char *map, const char *entry, const char *why);

/* map_losses_refuse() - 0 if nothing is lost, or -EEXIST with one sentence of all */
int map_losses_refuse(const struct map_losses *l, enum maps_policy policy, struct report *r);

/* map_loss_text() - the reason in words */
void map_loss_text(const struct map_fate *fate, char *buf, size_t size);

void map_plan_free(struct map_plan *plan);

#endif
