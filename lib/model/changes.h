/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The differences between two chains.  Pure. */
#ifndef XM_CHANGES_H
#define XM_CHANGES_H

#include "model/chain.h"

/* struct seen_entry - snapshot of an entry; @go_to: names of entries, "" for none */
struct seen_entry {
	char name[ENTRY_NAME_SIZE];
	__u32 id;
	__u32 prio;
	__u32 proceed_on;
	char go_to[N_VERDICTS][ENTRY_NAME_SIZE];
	bool disabled;
};

/* struct seen_chain - snapshot of a chain, which borrows nothing; zeroed for no chain */
struct seen_chain {
	struct seen_entry *entries;
	unsigned int n;
	enum chain_format format;
	bool stats;
	bool traced;
};

/* seen_take() - take a snapshot.  0 or -ENOMEM; call seen_free() in either case. */
int seen_take(struct seen_chain *s, const struct chain *c);
void seen_free(struct seen_chain *s);

enum change_kind {
	CHANGE_ADDED,
	CHANGE_REMOVED,
	CHANGE_RENAMED,
	CHANGE_REPLACED, /* another program */
	CHANGE_MOVED,	 /* relative to other entries of both chains */
	CHANGE_PRIO,	 /* another priority in the same place */
	CHANGE_RULES,
	CHANGE_DISABLED,
	CHANGE_ENABLED,
	/* of the whole chain */
	CHANGE_STATS_ON,
	CHANGE_STATS_OFF,
	CHANGE_TRACE_STARTED,
	CHANGE_TRACE_ENDED,
	CHANGE_FORMAT, /* and nothing else */
};

/* change_kind_name() - the word for a kind of change */
const char *change_kind_name(enum change_kind kind);

/*
 * struct entry_change - one difference; an entry can have several
 * @entry: name of the entry, after a rename the new one; for CHANGE_FORMAT the new format;
 *	   NULL for other changes of the whole chain; borrowed
 * @was: the old name, for CHANGE_RENAMED
 * @old_id, @id: old and new program id, 0 if the entry is not in that chain
 */
struct entry_change {
	enum change_kind kind;
	const char *entry;
	const char *was;
	__u32 old_id;
	__u32 id;
};

/*
 * changes_between() - list all differences: removed entries first, the others in the
 *		       order of the new chain, then those of the whole chain
 * @changes: the caller frees it; its strings are borrowed from both chains
 *
 * An entry is the same if it has the same name, or else the same program.  As few
 * entries as possible count as moved.  0 or -ENOMEM.
 */
int changes_between(const struct seen_chain *old, const struct seen_chain *now,
		    struct entry_change **changes, unsigned int *n);

#endif
