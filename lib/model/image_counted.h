/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generate the instructions of a dispatcher that counts or is traced.  Its main function
 * is not that of image.h, which does neither.  Pure.
 */
#ifndef XM_IMAGE_COUNTED_H
#define XM_IMAGE_COUNTED_H

#include "model/image.h"
#include "model/image_traced.h"

/*
 * struct image_counters - the map of the counters
 * @fd: a map of type PERCPU_ARRAY with one value, which is COUNTS_ROWS rows; -1 if the
 *	dispatcher does not count
 * @frags: packets may be multi-buffer
 */
struct image_counters {
	int fd;
	bool frags;
};

/*
 * image_build_counted() - generate a program that counts each verdict
 * @trace: what to report of packets, NULL for nothing
 *
 * The verdicts are those of image_build().  Each slot counts in its row, and the
 * verdict of the chain is counted in COUNTS_CHAIN_ROW; a stub without a program
 * counts nothing.  A pass that continues costs four instructions per slot.
 * Returns 0 or -ENOMEM; release with image_free().
 */
int image_build_counted(const struct image_slot *slots, unsigned int n, int entries,
			const struct image_counters *counters, const struct image_trace *trace,
			struct image *img);

#endif
