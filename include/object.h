/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Component programs: from an object file to a loaded extension program that
 * can replace any stub of any dispatcher.
 */
#ifndef XM_OBJECT_H
#define XM_OBJECT_H

#include "chain.h"
#include "report.h"

/*
 * struct object_request - which program of which file
 * @path: the object file
 * @section, @function: choose among its programs; NULL for no choice
 * @name: name that the entry will have, NULL for the function's
 * @proceed_on: set when the user gave it, else the object's metadata counts
 */
struct object_request {
	const char *path;
	const char *section;
	const char *function;
	const char *name;
	bool has_proceed_on;
	__u32 proceed_on;
};

/*
 * struct object - a loaded program and what its object says about running it
 * @program: its fd is owned here; object_close() ends it
 * @name: of the entry
 * @prio, @proceed_on: from .xdp_run_config, else the documented defaults
 */
struct object {
	struct program program;
	char name[ENTRY_NAME_SIZE];
	__u32 prio;
	__u32 proceed_on;
};

/*
 * object_load() - open, choose, load
 *
 * The file is read once; its digest, its program and its metadata come from the
 * same bytes.  The program's prototype becomes int f(struct xdp_md *) in its
 * BTF, so that it fits every dispatcher's stubs, libxdp's too.  It is loaded
 * against a dispatcher template of its own.  Name, wanted mask and origin are
 * bound to the program as bpf_metadata_ variables.
 *
 * Fails with STATUS_NOT_TRIED for a file, section, BTF or host that will not
 * do, with STATUS_REFUSED and the verifier's log when the kernel rejects the
 * program.  Release with object_close() in either case.
 */
int object_load(const struct object_request *rq, struct object *o,
		struct report *r);
void object_close(struct object *o);

#endif
