/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dispatcher in the kernel: made from a chain, tied to its programs, and
 * read back from any XDP program that turns out to be one.
 *
 *	dispatcher_load() -> dispatcher_link() per slot -> dispatcher_close()
 *	dispatcher_read() -> dispatcher_slot_of()
 */
#ifndef XM_DISPATCHER_H
#define XM_DISPATCHER_H

#include "dispatcher/counters.h"
#include "dispatcher/tracing.h"
#include "model/chain.h"
#include "model/conf.h"
#include "kernel/kobj.h"
#include "model/label.h"
#include "model/report.h"

/*
 * struct dispatcher - a dispatcher that we loaded
 * @func: BTF ids of main and of each stub
 * @n: number of slots
 * @entries: its tail-call map, -1 for none
 * @counted: it counts or is traced, and so main itself is never replaced
 */
struct dispatcher {
	int fd;
	int entries;
	bool counted;
	__u32 id;
	__u8 tag[BPF_TAG_BYTES];
	__u32 func[1 + CHAIN_MAX];
	unsigned int n;
};

#define DISPATCHER_INIT                 \
	{                               \
		.fd = -1, .entries = -1 \
	}

/*
 * struct instruments - the maps of a dispatcher beside its programs; borrowed
 * @counters: where it counts, if the chain says that it does; else not looked at
 * @tracing: the maps of the trace, if the chain is traced; else not looked at
 */
struct instruments {
	const struct counters *counters;
	const struct tracing *tracing;
};

/*
 * dispatcher_load() - generate and load the dispatcher of a chain
 * @c: at least one entry, in the format it is to be written in
 * @ifindex: device to bind it to if an entry is bound, else without meaning
 * @with: what it has beside, NULL for nothing
 *
 * Its config map is frozen and bound to it.  Nothing is attached or pinned:
 * closing it undoes everything.  Returns 0 or -errno.
 */
int dispatcher_load(const struct chain *c, int ifindex, const struct instruments *with,
		    struct dispatcher *d, struct report *r);

/*
 * dispatcher_target() - BTF id of the function that the program of a slot replaces
 *
 * With a single slot it is main itself, so that a program alone costs what it costs
 * without a dispatcher (libxdp does the same); but for a dispatcher that counts.
 */
__u32 dispatcher_target(const struct dispatcher *d, unsigned int slot);

/*
 * dispatcher_link() - let a component program replace the function of a slot
 *
 * Returns the fd of the link, or -errno. Only the link holds the two together.
 */
int dispatcher_link(const struct dispatcher *d, unsigned int slot, int prog_fd, struct report *r);

void dispatcher_close(struct dispatcher *d);

/*
 * struct dispatcher_view - what is read from an attached dispatcher
 * @chain: format, number of entries, priorities and masks; no names, programs
 * @btf: its types; owned, NULL in a zeroed view
 * @labels: per slot, the type that has its labels, 0 for none
 * @ours: it has labels: we wrote it
 * @func: BTF ids of main and of the stubs, 0 for a function that is not there
 */
struct dispatcher_view {
	struct conf conf;
	bool ours;
	__u32 func[1 + CHAIN_MAX];
	__u32 labels[CHAIN_MAX];
	struct btf *btf;
	struct chain chain;
};

/* dispatcher_view_new() - to be read into; NULL for want of memory.  Close and free. */
struct dispatcher_view *dispatcher_view_new(void);

/*
 * dispatcher_read() - is this program a dispatcher, and of what chain?
 *
 * Returns 1 and fills @v when it is; 0 when it is some other program; -errno
 * with a sentence when it is a dispatcher that cannot be understood (a newer
 * version, a damaged map) or when the rights to look are missing.  Close @v in
 * each case, and before it is read into again.
 */
int dispatcher_read(const struct kobj_prog *info, struct dispatcher_view *v, struct report *r);
void dispatcher_view_close(struct dispatcher_view *v);

/* dispatcher_labels() - the labels that the dispatcher has for the entry in a slot; none if
 * we did not write it */
void dispatcher_labels(const struct dispatcher_view *v, unsigned int slot, struct labels *l);

/* dispatcher_netns() - the cookie of the network namespace that it was made for, as of
 * netlink_netns(), and nothing else of it; 0 for a program that does not say.  0 or
 * -errno. */
int dispatcher_netns(const struct kobj_prog *info, __u64 *netns);

/* dispatcher_slot_of() - the slot whose function has this BTF id, or -1.  With
 * a single slot main counts as slot 0 too. */
int dispatcher_slot_of(const struct dispatcher_view *v, __u32 func);

#endif
