/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A chain that is attached nowhere and shares nothing with the one that it is like:
 * its programs are loaded anew, with copies of the maps.  Packets can be tried on it.
 *
 *	trial_take() -> trial_build() -> trial_packet() ... -> trial_close()
 *
 * The first only holds open what is there, so that it can be done under a lock.
 */
#ifndef XM_TRIAL_H
#define XM_TRIAL_H

#include "chain/view.h"
#include "model/path.h"
#include "object/map_copy.h"
#include "object/map_set.h"

struct trial_stage;

/*
 * struct trial
 * @link: the device
 * @chain: what is tried; its programs are those that run, or would
 * @programs: held open here
 * @maps: theirs, held open too: the kernel empties tail-call maps, and stops timers
 *	  in maps, that nobody has open
 * @before: maps that were there before what is tried was loaded
 * @by_libxdp: it is attached, and its dispatcher is one of libxdp's
 * @taken: there is something to try, if only that nothing is attached
 * @stage: where packets are tried
 * @clock: where time is taken, with maps of its own; NULL before that is asked for
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
 * trial_note_maps() - before programs are loaded that shall be tried: their own maps are
 * empty yet, so that nothing has to be copied
 */
void trial_note_maps(struct trial *t);

/*
 * trial_take() - take up the chain of a view, which may end then
 * @t: zeroed
 * @attached: it is the chain as it is, not one that would be
 *
 * One without a chain lets every packet pass.  0 or -errno.
 */
int trial_take(struct trial *t, const struct view *v, bool attached, struct report *r);

/* trial_build() - load everything.  0 or -errno. */
int trial_build(struct trial *t, bool partial, struct report *r);

/*
 * trial_packet() - let the chain have a packet
 * @len: at least TEST_RUN_MIN
 * @len_out: how long it is behind the chain
 *
 * What the programs remember of it in their maps, the next packet meets.
 */
int trial_packet(struct trial *t, const void *packet, unsigned int len, struct path *p,
		 unsigned int *len_out, struct report *r);

/*
 * trial_time() - how long each step of the packet takes
 * @repeat: how often it is run
 *
 * On other maps than trial_packet()'s.  Sets @ns of the first TRIAL_TIMED steps: it
 * takes a dispatcher for each.
 */
#define TRIAL_TIMED 32
int trial_time(struct trial *t, const void *packet, unsigned int len, unsigned int repeat,
	       struct path *p, struct report *r);

void trial_close(struct trial *t);

#endif
