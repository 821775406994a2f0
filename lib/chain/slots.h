/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a chain from the kernel: per slot the program and its tie to the dispatcher, each
 * once, as an fd, from the pins or from the kernel's links.
 *
 *	slots_read() -> look, or take fds out -> slots_close()
 */
#ifndef XM_SLOTS_H
#define XM_SLOTS_H

#include "chain/problem.h"
#include "dispatcher/dispatcher.h"
#include "kernel/kobj.h"
#include "model/chain.h"
#include "model/report.h"

struct dirs;

/* The pins of a slot: "prog3-prog", "prog3-link" and, of a shim, "prog3-entries". */
enum slot_pin {
	SLOT_PIN_PROG,
	SLOT_PIN_LINK,
	SLOT_PIN_CALLS,
};

/* slot_pin_name() - into @buf of PIN_NAME_SIZE; returns @buf */
const char *slot_pin_name(unsigned int slot, enum slot_pin what, char *buf);

/*
 * struct slot - what was found; each fd is -1 where there is none
 * @prog: the component program
 * @link: on the stub, of the program or of its shim
 * @calls: the map that the shim calls the program through
 * @runs: a packet that comes to this slot gets to a program
 */
struct slot {
	int prog;
	int link;
	int calls;
	bool runs;
};

/*
 * struct slots - zeroed before it is read
 * @infos: of each program, zeroed where there is none
 * @entries: the dispatcher's pinned tail-call map, -1 for none
 * @gone: neither pins nor links are left: no program runs any more
 */
struct slots {
	struct slot *at;
	struct kobj_prog *infos;
	unsigned int n;
	int entries;
	bool gone;
};

/*
 * slots_read() - take up everything that the dispatcher's slots have
 * @prog: the dispatcher
 * @d: what it says of itself
 * @c: its chain, whose programs need nothing but @no_type
 * @dir: fd of the directory with its pins, -1 where there is none; then, and for
 *	 what is not pinned, the links of the kernel tell
 * @dirs: has those links
 * @problems: gets the problems that were found
 *
 * Returns 0 or -errno; close in either case.
 */
int slots_read(struct slots *s, const struct kobj_prog *prog, const struct dispatcher_view *d,
	       const struct chain *c, int dir, struct dirs *dirs, struct problems *problems,
	       struct report *r);
void slots_close(struct slots *s);

/* slots_close_ties() - all but the programs */
void slots_close_ties(struct slots *s);

#endif
