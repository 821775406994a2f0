/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Labels that a component program carries itself: a small read-only map of
 * bpf_metadata_ variables, which stock bpftool prints.  They supply the name and
 * the origin if the dispatcher has none, which is the case after libxdp rebuilt
 * the chain.
 */
#ifndef XM_LABEL_MAP_H
#define XM_LABEL_MAP_H

#include <stddef.h>

#include "model/chain.h"
#include "model/label.h"
#include "model/report.h"

/* The kernel's name of that map; bpftool looks for the suffix. */
#define LABEL_MAP_NAME "multi.rodata"

/* label_map_bind() - write the labels of @e and bind them to @prog_fd */
int label_map_bind(int prog_fd, const struct entry *e, struct report *r);

/*
 * label_map_renew() - the same for a program whose entry changed
 *
 * Best effort.  With a BPF token nothing is done: libxdp, which the labels are for, does not
 * work there, and the map could not be opened again, because the chain is pinned already.
 */
void label_map_renew(int prog_fd, const struct entry *e);

/*
 * label_map_read() - read the labels that a program carries
 * @maps, @n: ids of the maps that the program uses
 *
 * If it has several such maps, the last one counts, because each change of name or
 * mask binds another map.  Returns 1 if it has labels, 0 if it has none or they cannot
 * be read; or -errno with a sentence for want of memory or descriptors.
 */
int label_map_read(const __u32 *maps, unsigned int n, struct labels *l, struct report *r);

struct btf;

/*
 * label_map_decode() - decode the labels in the bytes of such a map
 * @type: type of the map's value in @btf
 *
 * Pure.  Every byte may be hostile.  Returns 1 if there are labels, else 0.
 */
int label_map_decode(const struct btf *btf, __u32 type, const char *data, size_t size,
		     struct labels *l);

#endif
