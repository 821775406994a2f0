/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declarations shared by the files of component programs. */
#ifndef OBJECT_INTERNAL_H
#define OBJECT_INTERNAL_H

#include <stdbool.h>

#include <bpf/libbpf.h>

#include "model/report.h"

struct btf;
struct object;
struct template;

/* Names of kernel functions for device-bound programs start with this. */
#define KFUNC_PREFIX "bpf_xdp_metadata_"

/* object_listen() - start to record libbpf's messages; returns the previous print function
 * for object_stop_listening() */
libbpf_print_fn_t object_listen(void);
void object_stop_listening(libbpf_print_fn_t before);

/* object_verifier_log() - the log of the program that was refused since object_listen(), ""
 * for none.  libbpf loads without a log first, and with one only after a refusal. */
const char *object_verifier_log(void);

/* object_prepare_maps() - make the object use the maps that the plan keeps and shares, and
 * prevent libbpf from pinning any; call this before the object is loaded */
int object_prepare_maps(struct object *o, struct report *r);

/* object_free_maps() - free the plan and the facts about the old programs */
void object_free_maps(struct object *o);

/*
 * object_open_again() - open the object file of @o a second time
 * @maps, @n: names of tail-call maps that libbpf must not fill
 *
 * Changes only what is not planned yet.  Fails if the file has changed.
 */
int object_open_again(struct object *o, const char *const *maps, unsigned int n, struct report *r);

/* The section of the chosen program is renamed to this for libbpf. */
#define OBJECT_SECTION "ip_link_xdp_multi"

/* object_handle_section() - register as libbpf's handler for unknown sections while it
 * opens or loads; pass the returned value to object_leave_section() */
int object_handle_section(void);
void object_leave_section(int handler);

/* object_frags() - is this a section for multi-buffer programs, and does the kernel
 * support them?  1, 0, or -errno. */
int object_frags(const char *section, struct report *r);

/* object_wants_device() - does a program with this BTF ask the driver about packets?
 * It must then be bound to one device. */
bool object_wants_device(const struct btf *btf);

/*
 * object_check() - check that the BTF in the bytes of an object file refers only to
 * its own types and names
 *
 * BTF that libbpf itself refuses passes, because libbpf reports the reason.
 */
int object_check(char *bytes, size_t size, const char *file, struct report *r);

/*
 * object_refused() - report why the kernel did not load the program
 * @err: the errno
 * @t: for extensions, to find out whether the host refuses them all
 *
 * Notes in @o if it can only be tail-called, or if the verifier rejected it.  Returns -errno.
 */
int object_refused(struct object *o, int err, struct template *t, struct report *r);

/* object_cause() - libbpf's first error message, or else the text of the errno */
const char *object_cause(int err);

#endif
