/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: the ordered programs on one interface.  Plain data and pure
 * functions, no system call and no library.
 */
#ifndef XM_CHAIN_H
#define XM_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "model/report.h"
#include "xdp_dispatcher.h"

/* Modes in which programs are attached.  These are bits: an interface can have two modes. */
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
#define VERDICTS_ALL   (VERDICT_BIT(N_VERDICTS) - 1)

/* xdp_mode_name() - "native", "generic", "offload", or "none" */
const char *xdp_mode_name(enum xdp_mode mode);

/* verdict_name() - the word for a verdict, or NULL for an unknown one */
const char *verdict_name(unsigned int verdict);

/* verdicts_text() - format a mask as "pass,drop", "all" or "none"; returns @buf (at least
 * 64 bytes) or a constant */
const char *verdicts_text(__u32 mask, char *buf, size_t size);

enum chain_format {
	FORMAT_UNSET = 0,
	FORMAT_1 = 1, /* read only */
	FORMAT_2 = 2,
	FORMAT_3 = 3,
	FORMAT_EXTENDED = XDP_MULTI_VERSION,
};

enum linkage {
	LINKAGE_EXT,  /* the program replaces the stub */
	LINKAGE_TAIL, /* the stub tail-calls the program */
};

/* enum tie - what ties a program to its slot, see chain_tie() */
enum tie {
	TIE_NONE, /* nothing: the entry is disabled and has no stub */
	TIE_EXT,  /* a link: the program replaces the stub */
	TIE_TAIL, /* the dispatcher's tail-call map: the stub calls the program */
	TIE_SHIM, /* a link and a map: a shim replaces the stub and calls the program */
};

#define CHAIN_MAX_TAIL 32 /* the kernel follows 33 tail calls */

#define CHAIN_MAX		 XDP_MULTI_MAX_SLOTS
#define ENTRY_NAME_SIZE		 64 /* 63 characters and the NUL */
#define OWNER_SIZE		 640
#define ENTRY_DEFAULT_PRIO	 50
#define ENTRY_DEFAULT_PROCEED_ON VERDICT_BIT(VERDICT_PASS)
#define BPF_TAG_BYTES		 8
#define FUNC_NAME_SIZE		 512 /* KSYM_NAME_LEN since Linux 6.1 */

/*
 * struct origin - where a component program came from
 * @object: absolute path of the object file, NULL when unknown; borrowed from the owner of
 *	    the program
 * @section: the program's section in the object file
 * @function: the program's function
 * @sha256: digest of the object file's bytes, in hex, "" when unknown
 * @pinmaps: directory where its maps are pinned by name, NULL for none; borrowed likewise
 * @added: seconds since the epoch when it was added, 0 when unknown
 */
struct origin {
	const char *object;
	char section[64];
	char function[FUNC_NAME_SIZE];
	char sha256[65];
	const char *pinmaps;
	__u64 added;
};

/*
 * struct program - a loaded component program
 * @fd: open program, or -1; owned by whoever loaded or opened it
 * @func: name of its function, in full if the program has BTF
 * @plain: the program is of type XDP and can only be tail-called; else it is an extension
 * @no_type: the program is plain and was loaded without an attach type
 */
struct program {
	int fd;
	__u32 id;
	__u8 tag[BPF_TAG_BYTES];
	char func[FUNC_NAME_SIZE];
	bool frags;
	bool devbound;
	bool plain;
	bool no_type;
	struct origin origin;
};

/*
 * struct entry - one program in a chain, with its name and its rules
 * @uid: tells entries of one chain apart while it is edited
 * @proceed_on: verdicts (VERDICT_BIT) after which the next entry shall run
 * @in_force: verdicts after which the dispatcher that the entry was read from runs the
 *	      next entry: fewer than @proceed_on if libxdp has rebuilt the chain.  Code
 *	      that edits a chain neither reads nor sets it, nor does a new dispatcher use it
 * @go_to: per verdict, the uid of the later entry that runs next, or 0; such a
 *	   verdict is not in @proceed_on
 * @disabled: the entry keeps its place, program and maps, but is not called
 * @empty: the stub has no link, so the program does not run
 * @config: the configuration file that the entry comes from, NULL for none; borrowed
 *	    like @program
 * @policy: what the administrator's policy has set in it, NULL for nothing; borrowed
 * @row: the row of its counters, see counts.h; 0 if it has no row yet
 * @program: borrowed; lives as long as the view or the load it came from
 */
struct entry {
	unsigned int uid;
	char name[ENTRY_NAME_SIZE];
	__u32 prio;
	__u32 proceed_on;
	__u32 in_force;
	unsigned int go_to[N_VERDICTS];
	enum linkage linkage;
	bool disabled;
	bool empty;
	const char *config;
	const char *policy;
	unsigned int row;
	const struct program *program;
};

/*
 * struct chain
 * @keep_extended: the user asked for the extended format; the chain keeps it even
 *		   when it no longer needs it
 * @linear: the dispatcher does not take multi-buffer packets, even if all programs
 *	    do: it is for generic mode, where the kernel then linearizes packets
 * @stats: the dispatcher counts packets
 * @traced: the dispatcher reports packets to a tracer
 * @netns: cookie of the network namespace that the dispatcher is for, 0 if unknown
 * @owner: one line of text that names who made the chain and will remove it; "" if
 *	   it has no owner
 * @last_uid: the highest uid assigned so far
 */
struct chain {
	enum chain_format format;
	bool keep_extended;
	bool linear;
	bool stats;
	bool traced;
	__u64 netns;
	char owner[OWNER_SIZE];
	unsigned int last_uid;
	unsigned int n;
	struct entry entries[CHAIN_MAX];
};

/* chain_new() - allocate an empty chain with room for exactly @room entries; NULL when out of
 * memory */
struct chain *chain_new(unsigned int room);

/*
 * chain_copy(), chain_dup() - copy a chain
 *
 * chain_dup() allocates only room for the existing entries, for callers that keep many
 * chains and edit none: do not access entries beyond @n of its copy.  chain_copy() leaves
 * the room of @to as it is.  chain_dup() returns NULL when out of memory.
 */
void chain_copy(struct chain *to, const struct chain *from);
struct chain *chain_dup(const struct chain *from);

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
	__u32 number; /* program id or slot */
	__u8 tag[BPF_TAG_BYTES];
};

/* entry_name_valid() - is this a valid name: 1-63 characters of [A-Za-z0-9_.:-], the
 * first neither a digit nor a dash? */
bool entry_name_valid(const char *name);

/*
 * chain_find() - find the one entry that a selector matches
 *
 * Returns its slot, -ENOENT, or -ENOTUNIQ with an error that names the candidates.
 */
int chain_find(const struct chain *c, const struct selector *sel, struct report *r);

/* enum place_how - how the place of an entry is given */
enum place_how {
	PLACE_PRIO, /* after all entries with the same or a lower priority number */
	PLACE_FIRST,
	PLACE_LAST,
	PLACE_BEFORE,
	PLACE_AFTER,
};

/* struct place - @prio is for PLACE_PRIO, @beside for PLACE_BEFORE and PLACE_AFTER */
struct place {
	enum place_how how;
	__u32 prio;
	struct selector beside;
};

/*
 * chain_insert() - insert @e at @place
 *
 * The entry gets a uid.  With an exact place it also gets a free priority between
 * those of its neighbours (its own if that fits), so that libxdp's sort keeps the
 * order; if none is free, it gets the neighbour's.  Returns the slot, or -EEXIST
 * when the name is taken, -E2BIG, or the error of chain_find() for
 * @place->beside.
 */
int chain_insert(struct chain *c, const struct entry *e, const struct place *place,
		 struct report *r);

/* chain_move() - move the entry in @slot; returns the same as chain_insert() */
int chain_move(struct chain *c, unsigned int slot, const struct place *place, struct report *r);

/* chain_del() - remove the entry in @slot.  -EBUSY while a rule of another entry
 * goes to it. */
int chain_del(struct chain *c, unsigned int slot, struct report *r);

/* chain_rename() - rename the entry in @slot; -EEXIST if the name is taken */
int chain_rename(struct chain *c, unsigned int slot, const char *name, struct report *r);

/* chain_slot() - the slot of a uid, or -1 */
int chain_slot(const struct chain *c, unsigned int uid);

/* chain_enabled() - number of entries that are not disabled */
unsigned int chain_enabled(const struct chain *c);

/* entry_same_labels() - do two entries have the same name, the same wanted verdicts, the
 * same configuration file and the same policy? */
bool entry_same_labels(const struct entry *a, const struct entry *b);

/* entry_same_config() - do two entries come from the same configuration file, or from none? */
bool entry_same_config(const struct entry *a, const struct entry *b);

/* origin_object() - path of the program's object file, "" when unknown */
static inline const char *origin_object(const struct program *p)
{
	return p->origin.object ? p->origin.object : "";
}

/* same_text() - are two texts equal?  NULL counts as an empty text. */
bool same_text(const char *a, const char *b);

/* chain_init() - make a chain empty.  Unused entries are never touched: they are most of
 * the size of a chain. */
void chain_init(struct chain *c);

/* chain_equal() - do two chains want the same entries in the same order with the same
 * rules? */
bool chain_equal(const struct chain *a, const struct chain *b);

/*
 * chain_in_force() - does the dispatcher that @is was read from do everything that
 * @want asks for?
 *
 * Equal chains are not enough: the dispatcher may not do what @is asks for.  Pass
 * the same chain twice to find out whether it does.
 */
bool chain_in_force(const struct chain *is, const struct chain *want);

/* chain_has_tail() - does the dispatcher itself tail-call an entry? */
bool chain_has_tail(const struct chain *c);

/*
 * chain_no_type() - must the dispatcher have no attach type?
 *
 * Only then can it tail-call programs without an attach type.  All entries must be
 * such programs, because extensions need the attach type BPF_XDP.
 */
bool chain_no_type(const struct chain *c);

/*
 * chain_tie() - what ties the program in @slot to the dispatcher
 *
 * A program without an attach type needs a shim if the chain has other programs:
 * the dispatcher then has an attach type and cannot tail-call it, but an extension can.
 */
enum tie chain_tie(const struct chain *c, unsigned int slot);

/* tie_has_link() - does the stub have a link? */
static inline bool tie_has_link(enum tie tie)
{
	return tie == TIE_EXT || tie == TIE_SHIM;
}

/* chain_devbound() - is an entry bound to its device?  The dispatcher must then be
 * bound too. */
bool chain_devbound(const struct chain *c);

/*
 * chain_frags() - is the dispatcher loaded for multi-buffer packets?
 *
 * It is if every entry is.  The dispatcher of a linear chain is not, unless it
 * tail-calls such a program: both sides of a tail call must agree.
 */
bool chain_frags(const struct chain *c);

/* chain_made_for_generic() - does the dispatcher do without multi-buffer packets only
 * because it is for generic mode?  It may then not work in native mode. */
bool chain_made_for_generic(const struct chain *c);

/* ---- rules.c ---- */

/* enum fate - what follows a verdict */
enum fate {
	FATE_STOP,
	FATE_NEXT,
	FATE_GOTO,
};

/* rules_set() - set the fate of the verdicts in @mask; @uid is for FATE_GOTO */
void rules_set(struct entry *e, __u32 mask, enum fate fate, unsigned int uid);

/* rules_next() - the slot that follows @verdict of @slot, or -1 when the chain ends
 * there.  The slot may be one past the last, or that of a disabled entry. */
int rules_next(const struct chain *c, unsigned int slot, unsigned int verdict);

/* rules_leads_on() - the verdicts after which the very next slot follows, by proceed-on or
 * by a goto to it; rules_skips() - does the entry have a goto to any other slot? */
__u32 rules_leads_on(const struct chain *c, unsigned int slot);
bool rules_skips(const struct chain *c, unsigned int slot);

/* rules_follows() - the slot of the entry that runs after @verdict of @slot, or -1 when
 * the chain ends with this verdict; @verdict can be VERDICT_OTHER.  rules_called() - the
 * first slot from @slot on whose entry is called */
int rules_follows(const struct chain *c, unsigned int slot, unsigned int verdict);
int rules_called(const struct chain *c, unsigned int slot);

/* rules_first_wrong() - the first slot with a goto that does not lead forward to an existing
 * entry, -1 if there is none */
int rules_first_wrong(const struct chain *c);

/* rules_check() - check that every goto leads forward to an existing entry, and warn of
 * entries that no rule leads to.  0 or -EINVAL. */
int rules_check(const struct chain *c, struct report *r);

#endif
