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
#define VERDICTS_ALL   (VERDICT_BIT(N_VERDICTS) - 1)

/* xdp_mode_name() - "native", "generic", "offload", or "none" */
const char *xdp_mode_name(enum xdp_mode mode);

/* verdict_name() - the word for a verdict, or NULL when it has none */
const char *verdict_name(unsigned int verdict);

/* verdicts_text() - a mask as "pass,drop", "all" or "none"; returns @buf (at least
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
#define ENTRY_NAME_SIZE		 64 /* 63 characters that we write */
#define OWNER_SIZE		 640
#define ENTRY_DEFAULT_PRIO	 50
#define ENTRY_DEFAULT_PROCEED_ON VERDICT_BIT(VERDICT_PASS)
#define BPF_TAG_BYTES		 8
#define FUNC_NAME_SIZE		 512 /* KSYM_NAME_LEN since Linux 6.1 */

/*
 * struct origin - where a component program came from
 * @object: absolute path of the object file, "" when unknown
 * @section: of the program in it
 * @function: the program's function
 * @sha256: of the object's bytes, in hex, "" when unknown
 * @pinmaps: directory where its maps are pinned by name, "" for none
 * @added: seconds since the epoch when it was added, 0 when unknown
 */
struct origin {
	char object[4096];
	char section[64];
	char function[FUNC_NAME_SIZE];
	char sha256[65];
	char pinmaps[4096];
	__u64 added;
};

/*
 * struct program - a loaded component program
 * @fd: open program, or -1; owned by whoever loaded or opened it
 * @func: name of its function, in full where BTF tells
 * @plain: of type XDP, which can only be tail-called; else an extension
 * @no_type: a plain program that was loaded without an attach type
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
 * @in_force: verdicts after which it does in the dispatcher that the entry was read
 *	      from: less than is wanted since libxdp rebuilt the chain.  Nobody who
 *	      edits a chain looks at it or sets it, and no new dispatcher has it
 * @go_to: per verdict, the uid of a later entry to go on with, or 0; such a
 *	   verdict is not in @proceed_on
 * @disabled: stays in its place, with program and maps, and is not called
 * @empty: no link is on its stub: it does not run
 * @config: the configuration file that it comes from, NULL for none; borrowed as
 *	    @program is
 * @policy: what the administrator's policy has set of it, NULL for nothing; borrowed
 * @row: where it is counted, see counts.h; 0 for nowhere yet
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
 * @keep_extended: the user asked for the extended format; it is not left again
 *		   when the need for it has gone
 * @linear: its dispatcher is not for multi-buffer packets, whatever the
 *	    programs are: it is for generic mode, where the kernel makes packets
 *	    linear then
 * @stats: its dispatcher counts packets
 * @traced: its dispatcher tells somebody of packets
 * @netns: cookie of the network namespace that its dispatcher is for, 0 unknown
 * @owner: who made the chain and will remove it, one line of text; "" for nobody in
 *	   particular
 * @last_uid: the highest uid given so far
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

/* chain_new() - an empty chain with room for so many entries and no more; NULL when memory
 * is short. */
struct chain *chain_new(unsigned int room);

/*
 * chain_copy(), chain_dup() - the same chain once more
 *
 * chain_dup() makes it no larger than its entries, for who keeps many and edits none:
 * nothing behind these can be read or written.  chain_copy() does not.  NULL when
 * memory is short.
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

/* entry_name_valid() - may we write this name: 1-63 of [A-Za-z0-9_.:-], not
 * starting with a digit or a dash */
bool entry_name_valid(const char *name);

/*
 * chain_find() - the one entry that a selector means
 *
 * Returns its slot, -ENOENT, or -ENOTUNIQ with the candidates in the sentence.
 */
int chain_find(const struct chain *c, const struct selector *sel, struct report *r);

/* enum place_how - where an entry is wanted */
enum place_how {
	PLACE_PRIO, /* behind all of the same or lower number */
	PLACE_FIRST,
	PLACE_LAST,
	PLACE_BEFORE,
	PLACE_AFTER,
};

/* struct place - @prio for PLACE_PRIO, @beside for the last two */
struct place {
	enum place_how how;
	__u32 prio;
	struct selector beside;
};

/*
 * chain_insert() - put @e where @place says
 *
 * The entry gets a uid.  With an exact place it also gets a priority between
 * its neighbours' where there is a free one (its own if that fits), so that
 * libxdp's sort keeps the order; else the neighbour's.  Returns the slot, or
 * -EEXIST when the name is taken, -E2BIG, or what chain_find() says of
 * @place->beside.
 */
int chain_insert(struct chain *c, const struct entry *e, const struct place *place,
		 struct report *r);

/* chain_move() - take the entry in @slot to another place; as chain_insert() */
int chain_move(struct chain *c, unsigned int slot, const struct place *place, struct report *r);

/* chain_del() - take the entry in @slot out.  -EBUSY while another entry's
 * rules go to it. */
int chain_del(struct chain *c, unsigned int slot, struct report *r);

/* chain_rename() - give the entry in @slot another name, -EEXIST if taken */
int chain_rename(struct chain *c, unsigned int slot, const char *name, struct report *r);

/* chain_slot() - the slot of a uid, or -1 */
int chain_slot(const struct chain *c, unsigned int uid);

/* chain_enabled() - number of entries that are called */
unsigned int chain_enabled(const struct chain *c);

/* entry_same_labels() - are they called the same, with the same wanted verdicts, from
 * the same configuration file and by the same policy? */
bool entry_same_labels(const struct entry *a, const struct entry *b);

/* entry_same_config() - are they from the same configuration file, or from none? */
bool entry_same_config(const struct entry *a, const struct entry *b);

/* program_init() - no program yet, and nothing of its origin.  The room for the texts of
 * the origin is not cleared: it is large. */
void program_init(struct program *p);

/* chain_init() - make it one without entries.  Room for entries that are not there is
 * never touched: it is most of a chain's size. */
void chain_init(struct chain *c);

/* chain_equal() - are the same entries wanted, in the same order with the same
 * rules? */
bool chain_equal(const struct chain *a, const struct chain *b);

/*
 * chain_in_force() - does the dispatcher that @is was read from do all that @want
 * wants?
 *
 * Equal chains are not enough: what is wanted of @is need not be in force.  With
 * the same chain twice, whether it is.
 */
bool chain_in_force(const struct chain *is, const struct chain *want);

/* chain_has_tail() - the dispatcher itself tail-calls some entry */
bool chain_has_tail(const struct chain *c);

/*
 * chain_no_type() - must the dispatcher have no attach type?
 *
 * So that it can tail-call programs that have none, which is possible only if
 * all entries are of that kind: extensions want BPF_XDP, for ever.
 */
bool chain_no_type(const struct chain *c);

/*
 * chain_tie() - what ties the program in @slot to the dispatcher
 *
 * A program without attach type beside others needs a shim: the dispatcher has
 * an attach type then and cannot tail-call it, while an extension can.
 */
enum tie chain_tie(const struct chain *c, unsigned int slot);

/* tie_has_link() - is there a link on the stub? */
static inline bool tie_has_link(enum tie tie)
{
	return tie == TIE_EXT || tie == TIE_SHIM;
}

/* chain_devbound() - some entry is bound to its device, so the dispatcher must
 * be too */
bool chain_devbound(const struct chain *c);

/*
 * chain_frags() - is the dispatcher loaded for multi-buffer packets?
 *
 * Only if every entry is.  A linear chain's is not, unless it has to be: both
 * sides of a tail call are, or neither.
 */
bool chain_frags(const struct chain *c);

/* chain_made_for_generic() - is its dispatcher less than it could be, which in native
 * mode may not do? */
bool chain_made_for_generic(const struct chain *c);

/* ---- rules.c ---- */

/* enum fate - what follows a verdict */
enum fate {
	FATE_STOP,
	FATE_NEXT,
	FATE_GOTO,
};

/* rules_set() - give the verdicts in @mask one fate; @uid for FATE_GOTO */
void rules_set(struct entry *e, __u32 mask, enum fate fate, unsigned int uid);

/* rules_next() - the slot that follows @verdict of @slot (it may be one past the
 * last, or a disabled one), or -1 when the chain ends there */
int rules_next(const struct chain *c, unsigned int slot, unsigned int verdict);

/* rules_leads_on() - the verdicts after which the very next slot follows, by proceed-on or
 * by a goto there, which is the same; rules_skips() - is there another goto? */
__u32 rules_leads_on(const struct chain *c, unsigned int slot);
bool rules_skips(const struct chain *c, unsigned int slot);

/* rules_follows() - the slot of the entry that runs after @verdict of @slot, which can
 * be VERDICT_OTHER, or -1 when this verdict is the chain's; rules_called() - the first
 * one that is called, from @slot on */
int rules_follows(const struct chain *c, unsigned int slot, unsigned int verdict);
int rules_called(const struct chain *c, unsigned int slot);

/* rules_check() - every goto leads forward to an entry that is there; warns of
 * entries that no rule leads to.  0 or -EINVAL. */
int rules_check(const struct chain *c, struct report *r);

#endif
