/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of component programs share. */
#ifndef OBJECT_INTERNAL_H
#define OBJECT_INTERNAL_H

#include <stdbool.h>

#include <bpf/libbpf.h>

#include "model/report.h"

struct btf;
struct object;

/* Functions of the kernel for device-bound programs start with this. */
#define KFUNC_PREFIX "bpf_xdp_metadata_"

/* object_listen() - from now on remember what libbpf complains of; the former
 * print function is returned, for object_stop_listening() */
libbpf_print_fn_t object_listen(void);
void object_stop_listening(libbpf_print_fn_t before);

/* object_verifier_log() - of the program that was refused since object_listen(), "" for
 * none.  libbpf loads without a log, and again with one only after a refusal. */
const char *object_verifier_log(void);

/* object_prepare_maps() - let the object use the maps that the plan keeps and shares,
 * and have none pinned by libbpf; before it is loaded */
int object_prepare_maps(struct object *o, struct report *r);

/* object_free_maps() - forget the plan and the old programs */
void object_free_maps(struct object *o);

/*
 * object_open_again() - open the object file of @o once more
 * @maps, @n: names of tail-call maps into which nothing is to be put
 *
 * Only what is not planned yet changes.  Fails when the file has changed.
 */
int object_open_again(struct object *o, const char *const *maps, unsigned int n, struct report *r);

/* The chosen program's section has this name for libbpf. */
#define OBJECT_SECTION "ip_link_xdp_multi"

/* object_handle_section() - be asked by libbpf about sections that it does not
 * know, while it opens or loads; object_leave_section() takes what is returned */
int object_handle_section(void);
void object_leave_section(int handler);

/* object_frags() - is this the section of a program that takes packets in
 * several buffers, and does the kernel know such?  1, 0, or -errno. */
int object_frags(const char *section, struct report *r);

/* object_wants_device() - does a program with this BTF ask the driver about
 * packets, so that it is bound to one device? */
bool object_wants_device(const struct btf *btf);

/*
 * object_check() - does the BTF in the bytes of an object file lead anywhere but
 * to its own types and names?
 *
 * What libbpf itself refuses passes: it can tell why.
 */
int object_check(char *bytes, size_t size, const char *file, struct report *r);

/* object_cause() - libbpf's first complaint, or else the errno's text */
const char *object_cause(int err);

#endif
