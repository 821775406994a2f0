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
 * @program: what is known of it; its fd is owned here, -1 until it is loaded
 * @name: that the entry has unless the user says otherwise
 * @prio, @proceed_on: from .xdp_run_config, else the documented defaults
 * @tail_only: why it can only be tail-called, said of its file; NULL: it need not
 * @rejected: the verifier rejected it as an extension
 * @may_have_frags: its section is for multi-buffer packets, but it was not
 *		    loaded so
 * @earlier, @n_earlier: objects of the same request, whose maps of the same pins
 *			 this one uses too
 * @going, @n_going: ids of programs that nobody runs any more when the change is
 *		     done; borrowed
 * @labelled: the entry's labels are bound to it
 * @obj, @prog: the open object file, NULL for a program that was there before
 * @maps: what becomes of the maps, NULL before that is planned
 * @pins: maps to pin where the source says
 * @pinmaps_missing, @pinmaps_made: the directory for them was not there, and was
 *				    made by us
 * @ends_with_us: nothing of it outlives this process, so no map needs a pin
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
 * @last: the file that was read last, which is not read again if it is that one; then
 *	  the file that was read now.  NULL where it does not matter.
 *
 * The file is read once; its digest, its program and its metadata come from the
 * same bytes.  Nothing is loaded.  Fails with STATUS_NOT_TRIED for a file,
 * section or BTF that will not do.  Release with object_close() in either case.
 */
int object_open(const struct program_source *src, struct file *last, struct object *o,
		struct report *r);

/*
 * object_replaces() - the new program takes the place of this one
 *
 * Its maps, and those of the programs that it can tail-call, can be kept.  Call once
 * per program, the most important first, before object_plan_maps().
 */
int object_replaces(struct object *o, __u32 program, struct report *r);

/*
 * object_plan_maps() - decide what becomes of each map, see map_plan.h
 *
 * Nothing is changed.  Fails with STATUS_REFUSED when what is pinned in "pinmaps" is
 * another map, or a tail-call map that must not be touched.
 */
int object_plan_maps(struct object *o, enum maps_policy policy, struct report *r);

/* object_judge_maps() - does the policy allow the plan?  See map_plan_judge(). */
void object_judge_maps(const struct object *o, enum maps_policy policy, const char *entry,
		       struct map_losses *losses, struct report *r);

/*
 * object_copy_variables() - give the new program's variables the values that they have
 * now in the old one, where the section as a whole is not kept
 *
 * As late as possible: what the old program writes after that is lost.
 */
int object_copy_variables(const struct object *o, struct report *r);

/*
 * object_load() - load the chosen program
 *
 * The program's prototype becomes int f(struct xdp_md *) in its BTF, so that it
 * fits every dispatcher's stubs, libxdp's too.  It is loaded against @t, which is
 * loaded if it was not.  Fails with STATUS_REFUSED and the verifier's log when the kernel
 * rejects it, with STATUS_NOT_TRIED and -EOPNOTSUPP when the host loads no such
 * programs or the object has no BTF.
 *
 * A program that reads what the driver knows of a packet (bpf_xdp_metadata_...)
 * is bound to the device @ifindex and serves no other: it has a template of its own.
 */
int object_load(struct object *o, int ifindex, struct template *t, struct report *r);

/*
 * object_load_tail() - load the chosen program as what it is, an XDP program
 * @frags: for multi-buffer packets, if its section says so too
 *
 * It can then be tail-called.  With @o->program.no_type set it is loaded without
 * an attach type, as all programs of a chain must be if one is and extensions do
 * not work.  Errors as of object_load().
 */
int object_load_tail(struct object *o, bool frags, struct report *r);

/* object_label() - bind the labels of the entry that it becomes to a program
 * that object_load() loaded; once. */
int object_label(struct object *o, const struct entry *e, struct report *r);

/*
 * object_adopt() - take a program that is loaded already, by pin or by id
 *
 * An extension program can replace a stub, an XDP program be tail-called.
 * Returns as object_open(), with @o loaded.
 */
int object_adopt(const struct program_source *src, struct object *o, struct report *r);

/*
 * object_pin_maps() - pin the maps that ask for it in the source's directory
 *
 * Where they are not pinned yet; a fresh tail-call map takes the pin from the one
 * that is there, which stays pinned beside it.  -EEXIST, without a sentence, when
 * somebody has pinned another map there since the plan was made.  object_unpin_maps()
 * takes back what the last call did, object_release_maps() gives up the old maps;
 * what either cannot do is a warning.
 */
int object_pin_maps(struct object *o, struct report *r);
void object_unpin_maps(struct object *o, struct report *r);
void object_release_maps(struct object *o, struct report *r);

/* object_takes_pin() - the path where a tail-call map that is there gives way to a new
 * one, and is empty when nothing runs with it any more; NULL for none */
const char *object_takes_pin(const struct object *o);

void object_close(struct object *o);

#endif
