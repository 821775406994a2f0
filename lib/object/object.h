/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Component programs: from an object file to a loaded extension program that
 * can replace any stub of any dispatcher.
 *
 *	object_open() -> object_replaces() -> object_plan_maps() -> object_load()
 *	-> object_pin_maps() -> object_copy_variables() -> object_close()
 *	object_adopt() -> object_close()
 */
#ifndef XM_OBJECT_H
#define XM_OBJECT_H

#include "dispatcher/template.h"
#include "model/chain.h"
#include "model/report.h"
#include "model/request.h"

struct file;

struct bpf_map;
struct bpf_object;
struct bpf_program;

struct map_losses;
struct object_maps;
struct object_pin;

/*
 * struct object - a component program on its way into the kernel
 * @program: facts about the program; this struct owns its fd, -1 until it is loaded
 * @name: default name of the entry
 * @prio, @proceed_on: from .xdp_run_config, else the documented defaults
 * @tail_only: why the program of this file can only be tail-called, NULL if it need not
 * @rejected: the verifier rejected the program as an extension
 * @may_have_frags: the section is for multi-buffer packets, but the program was not
 *		    loaded for them
 * @earlier, @n_earlier: earlier objects of the same request; this one uses their maps
 *			 if the pins are the same
 * @going, @n_going: ids of programs that nothing runs any more after the change;
 *		     borrowed
 * @labelled: the entry's labels are bound to the program
 * @path, @pinmaps: owned; the origin of the program borrows them
 * @obj, @prog: the open object file, NULL for a program that was already loaded
 * @maps: the plan for the maps, NULL before it is made
 * @pins: maps to pin in the source's directory
 * @pinmaps_missing, @pinmaps_made: the directory for the pins did not exist, and we
 *				    made it
 * @ends_with_us: nothing of the object outlives this process, so no map needs a pin
 */
struct object {
	struct program program;
	char name[ENTRY_NAME_SIZE];
	__u32 prio;
	__u32 proceed_on;
	const char *tail_only;
	bool rejected;
	bool may_have_frags;
	const struct object *earlier;
	unsigned int n_earlier;
	const __u32 *going;
	unsigned int n_going;
	bool labelled;
	char *path;
	char *pinmaps;
	struct bpf_object *obj;
	struct bpf_program *prog;
	struct object_maps *maps;
	struct object_pin *pins;
	unsigned int n_pins;
	bool pinmaps_missing;
	bool pinmaps_made;
	bool ends_with_us;
};

/*
 * object_open() - read an object file and choose a program in it
 * @last: the file that was read last; it is not read again if @src names the same file,
 *	  and else is set to the new file.  Can be NULL.
 *
 * The file is read once; its digest, its program and its metadata come from the
 * same bytes.  Nothing is loaded.  Fails with STATUS_NOT_TRIED for an unusable file,
 * section or BTF.  Release with object_close() in either case.
 */
int object_open(const struct program_source *src, struct file *last, struct object *o,
		struct report *r);

/*
 * object_replaces() - declare that the new program replaces @program
 *
 * The maps of @program, and of the programs that it can tail-call, can be kept.  Call
 * once per program, the most important first, before object_plan_maps().
 */
int object_replaces(struct object *o, __u32 program, struct report *r);

/*
 * object_plan_maps() - decide what to do with each map, see map_plan.h
 *
 * Nothing is changed.  Fails with STATUS_REFUSED if a different map is pinned in
 * "pinmaps", or a tail-call map that must not be touched.
 */
int object_plan_maps(struct object *o, enum maps_policy policy, struct report *r);

/* object_judge_maps() - does the policy allow the plan?  See map_plan_judge(). */
void object_judge_maps(const struct object *o, enum maps_policy policy, const char *entry,
		       struct map_losses *losses, struct report *r);

/*
 * object_copy_variables() - copy the current values of the old program's variables to the
 * new program, for sections that are not kept as a whole
 *
 * Call this as late as possible: what the old program writes afterwards is lost.
 */
int object_copy_variables(const struct object *o, struct report *r);

/*
 * object_load() - load the chosen program
 *
 * The program's prototype becomes int f(struct xdp_md *) in its BTF, so that it
 * fits the stubs of every dispatcher, including libxdp's.  It is loaded against @t,
 * which is loaded first if necessary.  Fails with STATUS_REFUSED and the verifier's log
 * when the kernel rejects it, with STATUS_NOT_TRIED and -EOPNOTSUPP when the host loads
 * no such programs or the object has no BTF.
 *
 * A program that asks the driver about a packet (bpf_xdp_metadata_...) is bound to the
 * device @ifindex and works on no other device, so it has its own template.
 */
int object_load(struct object *o, int ifindex, struct template *t, struct report *r);

/*
 * object_load_tail() - load the chosen program as a plain XDP program
 * @frags: load it for multi-buffer packets, if its section is for them too
 *
 * It can then be tail-called.  With @o->program.no_type set it is loaded without
 * an attach type.  If extensions do not work, all programs of a chain must be loaded
 * like that if one of them is.  Same errors as object_load().
 */
int object_load_tail(struct object *o, bool frags, struct report *r);

/* object_label() - bind the labels of the entry @e to a program that object_load() has
 * loaded; only once. */
int object_label(struct object *o, const struct entry *e, struct report *r);

/*
 * object_adopt() - use a program that is already loaded, by pin or by id
 *
 * An extension program can replace a stub, an XDP program can be tail-called.
 * Returns the same as object_open(), with @o loaded.
 */
int object_adopt(const struct program_source *src, struct object *o, struct report *r);

/*
 * object_pin_maps() - pin the maps that need a pin in the source's directory
 *
 * Maps that are already pinned are left alone.  A fresh tail-call map takes over the
 * pin of an existing one, which is then pinned beside it.  -EEXIST, without a sentence,
 * if somebody has pinned another map since the plan was made.  object_unpin_maps()
 * undoes the last call, object_release_maps() gives up the old maps; both warn of what
 * they cannot do.
 */
int object_pin_maps(struct object *o, struct report *r);
void object_unpin_maps(struct object *o, struct report *r);
void object_release_maps(struct object *o, struct report *r);

/* object_takes_pin() - the path where a new tail-call map takes over the pin of an existing
 * one, which the kernel empties when nothing uses it any more; NULL for none */
const char *object_takes_pin(const struct object *o);

void object_close(struct object *o);

#endif
