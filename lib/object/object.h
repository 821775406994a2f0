/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Component programs: from an object file to a loaded extension program that
 * can replace any stub of any dispatcher.
 *
 *	object_open() -> object_keep_maps() -> object_load() -> object_close()
 *	object_adopt() -> object_close()
 */
#ifndef XM_OBJECT_H
#define XM_OBJECT_H

#include "model/chain.h"
#include "model/report.h"
#include "model/request.h"

struct bpf_map;
struct bpf_object;
struct bpf_program;

/* struct object_pin - a map and the path where it is to be pinned */
struct object_pin {
	struct bpf_map *map;
	char *path;
	bool made;
};

/*
 * struct object - a component program on its way into the kernel
 * @program: what is known of it; its fd is owned here, -1 until it is loaded
 * @name: that the entry has unless the user says otherwise
 * @prio, @proceed_on: from .xdp_run_config, else the documented defaults
 * @no_btf: it can only be tail-called
 * @may_have_frags: its section is for packets in several buffers, but it was not
 *		    loaded so
 * @policy: for maps of a program that is attached
 * @earlier, @n_earlier: objects of the same request, whose maps of the same pins
 *			 this one uses too
 * @labelled: the entry's labels are bound to it
 * @obj, @prog: the open object file, NULL for a program that was there before
 * @pins: maps to pin where the source says
 * @pinmaps_missing, @pinmaps_made: the directory for them was not there, and was
 *				    made by us
 */
struct object {
	struct program program;
	char name[ENTRY_NAME_SIZE];
	__u32 prio;
	__u32 proceed_on;
	bool no_btf;
	bool may_have_frags;
	enum maps_policy policy;
	const struct object *earlier;
	unsigned int n_earlier;
	bool labelled;
	struct bpf_object *obj;
	struct bpf_program *prog;
	struct object_pin *pins;
	unsigned int n_pins;
	bool pinmaps_missing;
	bool pinmaps_made;
};

#define OBJECT_INIT              \
	{                        \
		.program.fd = -1 \
	}

/*
 * object_open() - read an object file and choose a program in it
 *
 * The file is read once; its digest, its program and its metadata come from the
 * same bytes.  Nothing is loaded.  Fails with STATUS_NOT_TRIED for a file,
 * section or BTF that will not do.  Release with object_close() in either case.
 */
int object_open(const struct program_source *src, struct object *o, struct report *r);

/*
 * object_keep_maps() - give the program the very maps that another one uses
 * @ids, @n: maps of that program
 *
 * A map fits when name, type, sizes and flags are the same; .data and .bss when
 * their variables are.  .rodata and .kconfig are always the new object's.  What
 * does not fit gives a warning, or with MAPS_KEEP an error, as does a map that
 * the new program has no use for.  Call before object_load().
 */
int object_keep_maps(struct object *o, const __u32 *ids, unsigned int n, enum maps_policy policy,
		     struct report *r);

/*
 * object_load() - load the chosen program
 *
 * The program's prototype becomes int f(struct xdp_md *) in its BTF, so that it
 * fits every dispatcher's stubs, libxdp's too.  It is loaded against a template
 * of its own.  Fails with STATUS_REFUSED and the verifier's log when the kernel
 * rejects it, with STATUS_NOT_TRIED and -EOPNOTSUPP when the host loads no such
 * programs or the object has no BTF.
 *
 * A program that reads what the driver knows of a packet (bpf_xdp_metadata_...)
 * is bound to the device @ifindex and serves no other.
 */
int object_load(struct object *o, int ifindex, struct report *r);

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

/* object_pin_maps() - pin the maps that ask for it in the source's directory,
 * where they are not pinned yet.  -EEXIST, without a sentence, when somebody has
 * pinned another map there since it was loaded.  object_unpin_maps() takes back
 * what the last call pinned. */
int object_pin_maps(struct object *o, struct report *r);
void object_unpin_maps(struct object *o);

void object_close(struct object *o);

#endif
