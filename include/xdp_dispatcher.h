/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * What a dispatcher's config map holds: the layouts that libxdp reads and
 * writes (versions 1 to 3) and our extended one.  The map is an array of one
 * value, read-only for programs and frozen; the version stands in byte 1 when
 * byte 0 is the magic number, and version 1 has neither.
 */
#ifndef XDP_DISPATCHER_H
#define XDP_DISPATCHER_H

#include <linux/types.h>

#define XDP_DISPATCHER_NAME  "xdp_dispatcher" /* program and main function */
#define XDP_DISPATCHER_MAGIC 236
#define XDP_DISPATCHER_SLOTS 10 /* in versions 1 to 3 */

/* What a stub returns that no program replaces: "not run, go on".  Its bit is
 * set in every chain_call_actions word that libxdp writes. */
#define XDP_DISPATCHER_RETVAL 31

/* Bits of program_flags: the flags the kernel knows for loading a program. */
#define XDP_DISPATCHER_F_FRAGS	  (1U << 5)
#define XDP_DISPATCHER_F_DEVBOUND (1U << 6)

struct xdp_dispatcher_v1 {
	__u8 num_progs_enabled;
	__u8 pad[3];
	__u32 chain_call_actions[XDP_DISPATCHER_SLOTS];
	__u32 run_prios[XDP_DISPATCHER_SLOTS];
};

struct xdp_dispatcher_v2 {
	__u8 magic;
	__u8 dispatcher_version;
	__u8 num_progs_enabled;
	__u8 is_xdp_frags;
	__u32 chain_call_actions[XDP_DISPATCHER_SLOTS];
	__u32 run_prios[XDP_DISPATCHER_SLOTS];
	__u32 program_flags[XDP_DISPATCHER_SLOTS];
};

struct xdp_dispatcher_v3 {
	struct xdp_dispatcher_v2 v2;
	__u8 is_xdp_devbound;
	__u8 pad[3];
};

/*
 * The extended layout: a header and one record per slot.  libxdp takes the
 * version for one newer than its own and keeps its hands off.
 */
#define XDP_MULTI_VERSION   0xE0
#define XDP_MULTI_MAX_SLOTS 250
#define XDP_MULTI_VERDICTS  5 /* XDP_ABORTED .. XDP_REDIRECT */

#define XDP_MULTI_F_FRAGS    (1U << 0) /* the dispatcher takes frags */
#define XDP_MULTI_F_DEVBOUND (1U << 1)
#define XDP_MULTI_F_WANTED   (1U << 2) /* asked for, not only needed */
#define XDP_MULTI_F_STATS    (1U << 3) /* it counts, see XDP_MULTI_ROW() */
#define XDP_MULTI_F_TRACED   (1U << 4) /* it tells somebody of packets */

#define XDP_MULTI_SLOT_F_DISABLED (1U << 0)
#define XDP_MULTI_SLOT_F_TAIL	  (1U << 1) /* tail-called, not replaced */
#define XDP_MULTI_SLOT_F_NO_TYPE  (1U << 2) /* program without attach type */

/*
 * A dispatcher that counts has two more maps of one value each.  The value has 251
 * rows of eight __u64: packets by verdict (aborted, drop, pass, tx, redirect, any
 * other result), bytes, unused.  Row 0 is the chain's, the upper half of a slot's
 * flags is the row of its entry.  A count is the sum of what "multi_counters" has for
 * each CPU, and of what "multi_offsets" has in the same place, which makes it begin
 * at 0.
 */
#define XDP_MULTI_ROW(flags)	  ((flags) >> 8)
#define XDP_MULTI_SLOT_FLAGS(row) ((row) << 8)

struct xdp_multi_slot {
	__u32 run_prio;
	__u32 program_flags;	       /* XDP_DISPATCHER_F_* */
	__u16 flags;		       /* XDP_MULTI_SLOT_F_* */
	__u8 next[XDP_MULTI_VERDICTS]; /* 0: stop, k: go on k slots later */
	__u8 gotos;		       /* verdicts whose rule names its target */
};

struct xdp_multi_config {
	__u8 magic;
	__u8 dispatcher_version;
	__u16 num_slots;
	__u32 flags; /* XDP_MULTI_F_* */
	struct xdp_multi_slot slots[];
};

_Static_assert(sizeof(struct xdp_dispatcher_v1) == 84, "version 1");
_Static_assert(sizeof(struct xdp_dispatcher_v2) == 124, "version 2");
_Static_assert(sizeof(struct xdp_dispatcher_v3) == 128, "version 3");
_Static_assert(sizeof(struct xdp_multi_slot) == 16, "extended slot");
_Static_assert(sizeof(struct xdp_multi_config) == 8, "extended header");

#endif
