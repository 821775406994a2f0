/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The formats of a chain in the kernel, and the choice of the format for a chain.
 * Pure.  Code that depends on a format tests the members of its struct, not its number.
 */
#ifndef XM_FORMAT_H
#define XM_FORMAT_H

#include <stddef.h>

#include "model/chain.h"

struct conf;

/*
 * Names of the pin directories.  libxdp's "clean" sees only the first.  The last is not
 * for a format, but for what an unconfirmed change replaced (chain/undo.h).
 */
enum store_kind {
	STORE_LIBXDP,	/* dispatch-IFINDEX-ID */
	STORE_EXTENDED, /* multi-IFINDEX-ID */
	STORE_UNDO,	/* undo-IFINDEX-NETNS */
};

/*
 * struct format - the properties of a format
 * @name: its name on the command line and in output
 * @since: the first libxdp that reads it; NULL if no libxdp does
 * @max_entries: maximum number of entries
 * @store: the directories in which its chains are pinned
 * @writable: new dispatchers can use it; else it is only read
 * @magic: its config map begins with the magic number and the version
 * @says_devbound, @says_tail, @says_disabled, @says_goto: it can describe such entries
 * @says_stats: the dispatcher can count
 * @says_traced: the dispatcher can be traced
 * @encode, @decode: write and read its config map, see format_encode(), format_decode()
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

/* format_of() - find a format; NULL for FORMAT_UNSET and for an unknown version */
const struct format *format_of(unsigned int version);

/* format_by_name() - find a writable format by its name; NULL if there is none */
const struct format *format_by_name(const char *name);

/* format_name() - the name of a format, "none" for FORMAT_UNSET */
const char *format_name(enum chain_format version);

/* format_is_libxdps() - does libxdp read this format? */
bool format_is_libxdps(enum chain_format version);

/* format_lack() - why the format cannot hold the chain, as a clause; NULL when
 * it can */
const char *format_lack(const struct format *f, const struct chain *c);

/*
 * format_encode() - write the config of a chain in its format, which must be writable
 * @buf: at least CONF_MAX_SIZE bytes, aligned as a __u32; cleared by this function
 *
 * In libxdp's formats the mask of the last slot is reduced to {pass}: libxdp's
 * dispatcher turns a last verdict that proceeds into PASS, so a larger mask
 * would lose verdicts should libxdp rebuild the chain.  Returns the size.
 */
size_t format_encode(const struct chain *c, void *buf);

/*
 * format_decode() - read a config
 * @buf: aligned as a __u32
 * @version: the version in the dispatcher's BTF, 0 if the BTF has none; used only
 *	     if the config has no magic number
 *
 * Fills @c->format, @c->n and, in each entry, prio and proceed_on, which is what the
 * dispatcher does; clears everything else in the entries.  Every byte may be hostile.
 * The size tells the number of slots of versions 1 to 3, which can vary.  Returns 0,
 * -EOPNOTSUPP for an unknown version, or -EINVAL for invalid data, with a sentence
 * that says what is wrong with the map.
 */
int format_decode(const void *buf, size_t size, unsigned int version, struct chain *c,
		  struct conf *conf, struct report *r);

/* format_wants_fresh() - does the format in which the chain is written depend on the
 * installed libxdp?  @wanted as for format_settle() */
bool format_wants_fresh(const struct chain *c, enum chain_format wanted);

/*
 * format_settle() - decide in which format the chain is written
 * @wanted: the format that the user asked for, FORMAT_UNSET for any
 * @fresh: the format that the installed libxdp reads, or FORMAT_EXTENDED if libxdp
 *	   cannot work anyway; used only if format_wants_fresh() is true, and to find
 *	   out whether libxdp loses anything
 *
 * A chain keeps its format if that can describe the chain.  A new chain, one in
 * version 1, and one that no longer needs the extended format change to @fresh.
 * Fails if @wanted cannot hold the chain.  Warns if some libxdp can no longer read
 * the chain after the change.
 */
int format_settle(struct chain *c, enum chain_format wanted, enum chain_format fresh,
		  struct report *r);

/* format_check_tail() - can one dispatcher tail-call these entries?  0 or -errno with
 * a sentence that names the entry that does not fit */
int format_check_tail(const struct chain *c, struct report *r);

/* format_warn_order() - warn if libxdp's own sort (priority, function name, tag)
 * would change the order of @c, unless it would change that of @before too */
void format_warn_order(const struct chain *c, const struct chain *before, struct report *r);

#endif
