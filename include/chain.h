/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: the ordered programs on one interface.  Plain data and pure
 * functions, no system call and no library.
 */
#ifndef XM_CHAIN_H
#define XM_CHAIN_H

#include <stdbool.h>

#include <linux/types.h>

#include "report.h"
#include "xdp_dispatcher.h"

/* Modes in which programs are attached, as bits: an interface can have two. */
enum xdp_mode {
	XDP_MODE_NONE = 0,
	XDP_MODE_NATIVE = 1 << 0,
	XDP_MODE_GENERIC = 1 << 1,
	XDP_MODE_OFFLOAD = 1 << 2,
};

enum verdict {
	VERDICT_ABORTED,
	VERDICT_DROP,
	VERDICT_PASS,
	VERDICT_TX,
	VERDICT_REDIRECT,
	N_VERDICTS,
};

#define VERDICT_BIT(v) (1U << (v))
#define VERDICTS_ALL (VERDICT_BIT(N_VERDICTS) - 1)

/* verdict_name() - the word for a verdict, or NULL when it has none */
const char *verdict_name(unsigned int verdict);

enum chain_format {
	FORMAT_UNSET = 0,
	FORMAT_1 = 1,				/* read only */
	FORMAT_2 = 2,
	FORMAT_3 = 3,
	FORMAT_EXTENDED = XDP_MULTI_VERSION,
};

enum linkage {
	LINKAGE_EXT,				/* the program replaces the stub */
};

#define CHAIN_MAX XDP_MULTI_MAX_SLOTS
#define ENTRY_NAME_SIZE 64			/* 63 characters that we write */
#define ENTRY_DEFAULT_PRIO 50
#define ENTRY_DEFAULT_PROCEED_ON VERDICT_BIT(VERDICT_PASS)
#define BPF_TAG_BYTES 8
#define FUNC_NAME_SIZE 512			/* KSYM_NAME_LEN since Linux 6.1 */

/*
 * struct origin - where a component program came from
 * @object: absolute path of the object file, "" when unknown
 * @function: the program's function in it
 * @sha256: of the object's bytes, in hex, "" when unknown
 * @added: seconds since the epoch when it was added, 0 when unknown
 */
struct origin {
	char object[4096];
	char function[FUNC_NAME_SIZE];
	char sha256[65];
	__u64 added;
};

/*
 * struct program - a loaded component program
 * @fd: open program, or -1; owned by whoever loaded or opened it
 * @func: name of its function, in full where BTF tells
 */
struct program {
	int fd;
	__u32 id;
	__u8 tag[BPF_TAG_BYTES];
	char func[FUNC_NAME_SIZE];
	bool frags;
	bool devbound;
	struct origin origin;
};

/*
 * struct entry - one program in a chain, with its name and its rules
 * @proceed_on: verdicts (VERDICT_BIT) after which the next entry runs
 * @program: borrowed; lives as long as the view or the load it came from
 * @empty: no link is on its stub: it does not run
 */
struct entry {
	char name[ENTRY_NAME_SIZE];
	__u32 prio;
	__u32 proceed_on;
	enum linkage linkage;
	bool empty;
	const struct program *program;
};

struct chain {
	enum chain_format format;
	unsigned int n;
	struct entry entries[CHAIN_MAX];
};

enum selector_by {
	SELECT_NONE,
	SELECT_NAME,
	SELECT_ID,
	SELECT_TAG,
	SELECT_SLOT,
};

struct selector {
	enum selector_by by;
	char name[ENTRY_NAME_SIZE];
	__u32 number;				/* program id or slot */
	__u8 tag[BPF_TAG_BYTES];
};

/* entry_name_valid() - may we write this name: 1-63 of [A-Za-z0-9_.:-], not
 * starting with a digit or a dash */
bool entry_name_valid(const char *name);

/*
 * chain_find() - the one entry that a selector means
 *
 * Returns its slot, -ENOENT, or -ENOTUNIQ with the candidates in the sentence.
 */
int chain_find(const struct chain *c, const struct selector *sel,
	       struct report *r);

/*
 * chain_add() - insert @e behind all entries of the same or lower priority
 *
 * Returns the slot it got, -EEXIST when the name is taken, or -E2BIG.
 */
int chain_add(struct chain *c, const struct entry *e, struct report *r);

/* chain_del() - take the entry in @slot out. */
void chain_del(struct chain *c, unsigned int slot);

/*
 * chain_settle_format() - decide which format the chain must be written in
 * @wanted: what the user asked for, FORMAT_UNSET for no wish
 * @fresh: the libxdp version to use for a chain that has no format yet
 *
 * A chain keeps its format unless that cannot say what it holds; a chain in
 * version 1 or in the extended format goes (back) to @fresh when it can.
 * Refuses when @wanted cannot hold it; a change that hides the chain from
 * libxdp gives a warning.
 */
int chain_settle_format(struct chain *c, enum chain_format wanted,
			enum chain_format fresh, struct report *r);

/* chain_frags() - every entry is frags-aware, so the dispatcher may be. */
bool chain_frags(const struct chain *c);

/* chain_equal() - same entries in the same order with the same rules */
bool chain_equal(const struct chain *a, const struct chain *b);

#endif
