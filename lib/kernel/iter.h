/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows that an iterator program of ours reads in the kernel. */
#ifndef XM_ITER_H
#define XM_ITER_H

#include <stddef.h>

/*
 * struct iter_object - a compiled BPF object with one iterator program
 * @data, @size: as part of this program
 * @row: bytes of what it writes at a time
 */
struct iter_object {
	const void *data;
	size_t size;
	size_t row;
};

/*
 * iter_read() - load it, and call @fn for each row
 * @rounds: how often it is run at most, without being loaded again
 *
 * @fn returns 0 to go on, 1 when it has all it wants, or -errno.  Returns 0, or
 * -errno: of @fn, or where such a program cannot be loaded (no BTF of the kernel,
 * no rights).
 */
int iter_read(const struct iter_object *o, unsigned int rounds,
	      int (*fn)(const void *row, void *arg), void *arg);

#endif
