/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs test packets through an unattached copy of a chain.  The copy shares nothing with
 * the original: its programs are loaded again, with copies of the maps.
 *
 *	trial_take() -> trial_build() -> trial_packet() ... -> trial_close()
 *
 * trial_take() only opens existing programs and maps, so it can be called under a lock.
 */
#ifndef XM_TRIAL_H
#define XM_TRIAL_H

#include "chain/view.h"
#include "model/path.h"
#include "object/map_copy.h"
#include "object/map_set.h"

struct trial_stage;

/*
 * struct trial - a chain to test, and its copies
 * @link: the device
 * @chain: the original chain, with the programs that run or would run
 * @programs: its programs, held open
 * @maps: their maps, held open too: the kernel empties tail-call maps, and stops timers
 *	  in maps, that nobody has open
 * @before: maps that existed before the programs of a tested change were loaded
 * @by_libxdp: the chain is attached, and its dispatcher is one of libxdp's
 * @taken: trial_take() was called, perhaps for a device without a chain
 * @stage: the copy that test packets run through
 * @clock: the copy for time measurements, with its own maps; NULL until needed
 * @partial: see object_clone()
 */
struct trial {
	struct netlink_link link;
	struct chain chain;
	struct program *programs;
	struct map_set maps;
	struct map_ids before;
	bool by_libxdp;
	bool taken;
	bool partial;
	struct trial_stage *stage;
	struct trial_stage *clock;
};

/*
 * trial_note_maps() - record the existing maps before the programs of a tested change are
 * loaded; newer maps are still empty and need not be copied
 */
void trial_note_maps(struct trial *t);

/*
 * trial_take() - take the chain of a view, which may be closed afterwards
 * @t: zeroed
 * @attached: the chain is attached, not the result of a tested change
 *
 * A view without a chain passes every packet.  Returns 0 or -errno.
 */
int trial_take(struct trial *t, const struct view *v, bool attached, struct report *r);

/* trial_build() - load the copy.  Returns 0 or -errno. */
int trial_build(struct trial *t, bool partial, struct report *r);

/*
 * trial_packet() - run a packet through the chain
 * @len: at least TEST_RUN_MIN
 * @len_out: set to its length after the chain
 *
 * State that the programs keep in their maps affects the next packet.
 */
int trial_packet(struct trial *t, const void *packet, unsigned int len, struct path *p,
		 unsigned int *len_out, struct report *r);

/*
 * trial_time() - measure how long each step of the packet takes
 * @repeat: number of runs
 *
 * Uses other maps than trial_packet().  Sets @ns of only the first TRIAL_TIMED steps,
 * because each step needs its own dispatcher.
 */
#define TRIAL_TIMED 32
int trial_time(struct trial *t, const void *packet, unsigned int len, unsigned int repeat,
	       struct path *p, struct report *r);

void trial_close(struct trial *t);

#endif
