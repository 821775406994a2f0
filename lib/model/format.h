/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The formats of a chain in the kernel, and which one a chain is written in.
 * Pure.  Whoever asks what a format can do asks its struct, not its number.
 */
#ifndef XM_FORMAT_H
#define XM_FORMAT_H

#include <stddef.h>

#include "model/chain.h"

struct conf;

/*
 * Names of the directories of pins: only the first is seen by libxdp's "clean".  The
 * last is of no chain's format, but of what an unconfirmed change replaced (chain/undo.h).
 */
enum store_kind {
	STORE_LIBXDP,	/* dispatch-IFINDEX-ID */
	STORE_EXTENDED, /* multi-IFINDEX-ID */
	STORE_UNDO,	/* undo-IFINDEX-NETNS */
};

/*
 * struct format - what is true of a format
 * @name: the word for it on the command line and in output
 * @since: the first libxdp that reads it; NULL where none does
 * @max_entries: how many entries it holds
 * @store: the directories that its chains are pinned in
 * @writable: new dispatchers are made in it; else it is only read
 * @magic: its config map begins with the magic number and the version
 * @says_devbound, @says_tail, @says_disabled, @says_goto: an entry can be that
 * @says_stats: the dispatcher can count
 * @says_traced: the dispatcher can be traced
 * @encode, @decode: its config map, see format_encode() and format_decode()
 */
struct format {
	enum chain_format version;
	const char *name;
	const char *since;
	unsigned int max_entries;
	enum store_kind store;
	bool writable;
	bool magic;
	bool says_devbound;
	bool says_tail;
	bool says_disabled;
	bool says_goto;
	bool says_stats;
	bool says_traced;
	size_t (*encode)(const struct format *f, const struct chain *c, void *buf);
	int (*decode)(const struct format *f, const void *buf, size_t size, struct chain *c,
		      struct conf *conf, struct report *r);
};

/* format_of() - NULL for FORMAT_UNSET and for a version that is not known here */
const struct format *format_of(unsigned int version);

/* format_by_name() - one that can be written, by its word; NULL for none */
const struct format *format_by_name(const char *name);

/* format_name() - its word, "none" for FORMAT_UNSET */
const char *format_name(enum chain_format version);

/* format_is_libxdps() - does libxdp read it? */
bool format_is_libxdps(enum chain_format version);

/* format_lack() - why the format cannot hold the chain, as a clause; NULL when
 * it can */
const char *format_lack(const struct format *f, const struct chain *c);

/*
 * format_encode() - write the config of a chain in its own format, a writable one
 * @buf: at least CONF_MAX_SIZE bytes, aligned as a __u32; cleared here
 *
 * In libxdp's formats the mask of the last slot is reduced to {pass}: libxdp's
 * dispatcher turns a last verdict that proceeds into PASS, so a larger mask
 * would lose verdicts should libxdp rebuild the chain.  Returns the size.
 */
size_t format_encode(const struct chain *c, void *buf);

/*
 * format_decode() - read a config
 * @buf: aligned as a __u32
 * @version: the version that the dispatcher's BTF tells, 0 if it does not;
 *	     only used when there is no magic number
 *
 * Fills @c->format, @c->n and prio, proceed_on of the entries, which is what is in
 * force; everything else in the entries is cleared.  Every byte may be hostile.
 * Versions 1 to 3 built with another number of slots are understood by their size.  Returns 0,
 * -EOPNOTSUPP for a version that we do not know, or -EINVAL for nonsense, with
 * a sentence that says what is wrong with the map.
 */
int format_decode(const void *buf, size_t size, unsigned int version, struct chain *c,
		  struct conf *conf, struct report *r);

/* format_wants_fresh() - does it depend on the installed libxdp which format the
 * chain is written in?  @wanted as for format_settle() */
bool format_wants_fresh(const struct chain *c, enum chain_format wanted);

/*
 * format_settle() - decide which format the chain must be written in
 * @wanted: what the user asked for, FORMAT_UNSET for no wish
 * @fresh: what the installed libxdp reads, or FORMAT_EXTENDED where libxdp cannot
 *	   work anyway; only looked at where format_wants_fresh() says so, and
 *	   to tell whether libxdp loses anything
 *
 * A chain keeps its format unless that cannot say what it holds; a new one, one
 * that is in version 1, and one that needs the extended format no more go to
 * @fresh.  Refuses when @wanted cannot hold it.  A change after which some libxdp
 * no longer reads the chain gives a warning.
 */
int format_settle(struct chain *c, enum chain_format wanted, enum chain_format fresh,
		  struct report *r);

/* format_check_tail() - can these entries be tail-called from one dispatcher?
 * 0 or -errno with a sentence that names the entry that does not fit */
int format_check_tail(const struct chain *c, struct report *r);

/* format_warn_order() - a warning when libxdp's own sort (priority, function
 * name, tag) would order @c otherwise, and did not already reorder @before */
void format_warn_order(const struct chain *c, const struct chain *before, struct report *r);

#endif
