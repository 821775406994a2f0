/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user asked for: the words of a command line as values. */
#ifndef XM_REQUEST_H
#define XM_REQUEST_H

#include "model/chain.h"

enum verb {
	VERB_ADD,
	VERB_REPLACE,
	VERB_CHANGE,
	VERB_DEL,
	VERB_FLUSH,
	VERB_SAVE,
	VERB_RESTORE,
	VERB_APPLY,
	VERB_CHECK,
	VERB_SHARE,
	VERB_ADOPT,
	VERB_SET,
	VERB_REPAIR,
	VERB_CLEAN,
	VERB_SHOW,
	VERB_MONITOR,
	VERB_TEST,
	VERB_TRACE,
	VERB_METRICS,
	VERB_CONFIRM,
	VERB_UNDO,
	VERB_FEATURES,
	VERB_HELP,
};

#define REQUEST_DEFAULT_WAIT 30 /* seconds for the lock */
#define REQUEST_MAX_RULES    16

struct policy;

/* enum maps_policy - what becomes of the maps of a program that is replaced */
enum maps_policy {
	MAPS_DEFAULT, /* keep all of the user's maps, or refuse */
	MAPS_KEEP,    /* and every variable too, and there must be an old program */
	MAPS_FIT,     /* keep what fits, warn of the rest */
	MAPS_NEW,
};

/*
 * struct program_source - where a component program comes from; borrowed
 * @object: a file, @section or @function choose in it, @pinmaps for its maps
 * @pinned: a pin in a bpffs; @id: of a loaded program, 0 for none
 * @sha256: the digest that the file must have, NULL for any
 * @has_tag, @tag: the tag that the program must have
 * @verbose: the user wants the whole verifier log
 */
struct program_source {
	const char *object;
	const char *section;
	const char *function;
	const char *pinmaps;
	const char *pinned;
	__u32 id;
	const char *sha256;
	bool has_tag;
	__u8 tag[BPF_TAG_BYTES];
	bool verbose;
};

/* struct rule_request - one "on ACTIONS { next | stop | goto SELECTOR }" */
struct rule_request {
	__u32 mask;
	enum fate fate;
	struct selector to;
};

enum toggle {
	TOGGLE_NONE,
	TOGGLE_ENABLE,
	TOGGLE_DISABLE,
};

/* enum linkage_wish - how the program shall be tied to its stub */
enum linkage_wish {
	WISH_AUTO, /* ext where that works, else tail */
	WISH_EXT,
	WISH_TAIL,
};

/* enum stats_wish - what shall become of the counters */
enum stats_wish {
	STATS_AS_IS,
	STATS_ON,
	STATS_OFF,
	STATS_RESET,
};

struct tracing;

/* enum trace_wish - what shall become of a trace of the chain */
enum trace_wish {
	TRACE_AS_IS,
	TRACE_ON,
	TRACE_OFF, /* if it is this one */
};

/*
 * struct trace_request - which packets are traced
 * @filter: an expression of tcpdump's, NULL for none
 * @verdicts: with @has_verdicts, what shall become of them
 * @entry: one that they shall meet
 * @sample: one of so many, 0 for all
 * @count: end after so many, 0 for never
 * @changes: also tell what each entry changes in them
 * @file: to write them to, "-" for standard output; NULL for none
 * @wish, @maps: what is done to the chain, and the maps that the trace is told by;
 *		 borrowed
 */
struct trace_request {
	const char *filter;
	bool has_verdicts;
	__u32 verdicts;
	struct selector entry;
	__u32 sample;
	__u32 count;
	bool changes;
	const char *file;
	enum trace_wish wish;
	const struct tracing *maps;
};

/*
 * struct entry_request - what is asked for one entry
 * @name: "" for none given
 * @has_place: else where it is, or for a new entry by the object's priority
 * @line: of a chain file, 0 for the command line
 * @config: the configuration file that it comes from, NULL for none; borrowed
 * @policy: what the policy has set of it, NULL for nothing; borrowed
 */
struct entry_request {
	struct program_source source;
	char name[ENTRY_NAME_SIZE];
	bool has_place;
	struct place place;
	bool has_proceed_on;
	__u32 proceed_on;
	struct rule_request rules[REQUEST_MAX_RULES];
	unsigned int n_rules;
	enum toggle toggle;
	enum linkage_wish linkage;
	unsigned int line;
	const char *config;
	const char *policy;
};

/*
 * struct requirement - "require verdict ACTIONS { packet HEX | pcap FILE }" of a file:
 * without that the chain is not made; words borrowed
 * @verdicts: those that are allowed
 * @packet: hexadecimal digits, NULL with @pcap
 * @pcap: a file of packets
 * @file, @line: where that is said
 */
struct requirement {
	__u32 verdicts;
	const char *packet;
	const char *pcap;
	const char *file;
	unsigned int line;
};

/* struct tried_on - requirements were tried on the chain that a device would have in place
 * of dispatcher @id, 0 for none */
struct tried_on {
	int ifindex;
	__u32 id;
};

struct request;

/*
 * struct test_request - packets to be tried
 * @pcap: file with packets, "-" for standard input; NULL for none
 * @packets: @n_packets of them in hexadecimal digits; words borrowed
 * @has_expect, @expect: verdicts that are allowed
 * @repeat: how often each is run to take its time, 0 for not at all
 * @partial: without what cannot be tried
 * @change: what would be done with the chain before, NULL for nothing; owned
 */
struct test_request {
	const char *pcap;
	const char **packets;
	unsigned int n_packets;
	bool has_expect;
	__u32 expect;
	unsigned int repeat;
	bool partial;
	struct request *change;
};

/*
 * struct request
 * @devs: names of interfaces, @n_devs of them; names borrowed
 * @all: every interface (flush, repair)
 * @all_netns: what belongs to other network namespaces too (clean, monitor)
 * @selector: the entry that is meant (change, del)
 * @entries: one for add, replace and change; a file's for restore and check; those
 *	     that configuration files have for a device for apply
 * @requirements: @n_requirements of files
 * @tried: where those were tried, @n_tried devices; borrowed.  The change is made only
 *	   there.
 * @n_declared: how many a file says that it has, 0 if it does not say
 * @modes: one bit of enum xdp_mode, both software bits for auto, 0 for none
 *	   given: auto for a new chain, and an existing one's own
 * @stats: of set and of a chain file
 * @force: -force outside a batch
 * @explain: -details: say why things are done another way than usual
 * @expect: with @has_expect, the id of the dispatcher that must be there, 0 for
 *	    none
 * @confirm: seconds in which the change must be confirmed, 0 for none
 * @token: tells this command's unconfirmed changes from others
 * @only: what no configuration file has goes (apply)
 * @config: compare with the configuration files (check)
 * @no_policy: the policy does not count; needs @force
 * @policy: what the administrator has decided about entries, NULL for nothing
 * @root: the directory below which configuration files are, NULL for "/"
 * @file: of restore and check
 * @file_dev: the device that a chain file says it is of, NULL if it does not say
 * @objects: a directory for the object files of what is saved
 * @from, @netns: where share takes the chain from
 * @owner: of the chain that is made; NULL: it stays as it is
 * @released: of flush, the interface is given up: libxdp need not find the old pins
 * @interval: of show, seconds in which to count; 0 for none given
 * @dot: show a graph
 * @test: of test
 * @trace: of trace
 */
struct request {
	enum verb verb;
	char **devs;
	unsigned int n_devs;
	bool all;
	bool all_netns;
	struct selector selector;
	struct entry_request *entries;
	unsigned int n_entries;
	struct requirement *requirements;
	unsigned int n_requirements;
	const struct tried_on *tried;
	unsigned int n_tried;
	unsigned int n_declared;
	enum maps_policy maps;
	unsigned int modes;
	enum chain_format format;
	enum stats_wish stats;
	bool overwrite;
	bool if_exists;
	bool force;
	bool explain;
	unsigned int wait;
	bool has_expect;
	__u32 expect;
	bool dry_run;
	unsigned int confirm;
	__u64 token;
	bool only;
	bool config;
	bool no_policy;
	const struct policy *policy;
	const char *root;
	const char *file;
	const char *file_dev;
	const char *objects;
	const char *from;
	const char *netns;
	const char *owner;
	bool released;
	__u32 interval;
	bool dot;
	struct test_request test;
	struct trace_request trace;
};

#define XDP_MODE_AUTO (XDP_MODE_NATIVE | XDP_MODE_GENERIC)

/* request_new_entry() - one more entry request, all of it zero; NULL without memory */
struct entry_request *request_new_entry(struct request *rq, struct report *r);

/* request_free() - release what the request owns */
void request_free(struct request *rq);

/* request_loads() - does this entry request name a program? */
bool request_loads(const struct entry_request *e);

/*
 * request_drops() - does an entry of the chain go, unless the request has one of its
 * name?
 *
 * A whole chain from a file drops everything else.  Configuration files drop what
 * came from one, and with @rq->only the rest too; but where they say nothing at all
 * of a device, what others put there is none of their business.
 */
bool request_drops(const struct request *rq, const struct entry *e);

/* request_blame() - put "FILE:LINE: " in front of the recorded error, if that
 * is where the entry request comes from */
void request_blame(const struct request *rq, const struct entry_request *e, struct report *r);

/*
 * struct new_program - the program that an entry request stands for
 * @program: loaded, or as far as it is known
 * @load: some device does not run it yet
 * @always: it takes the place even of the very same program (maps new)
 * @name, @prio, @proceed_on: what its object says
 */
struct new_program {
	const struct program *program;
	bool load;
	bool always;
	const char *name;
	__u32 prio;
	__u32 proceed_on;
};

/*
 * request_edit() - apply a changing verb to a chain
 * @programs: one per entry request, whose program is NULL where none is named
 *
 * Pure.  A selector that finds nothing is success with if-exists.  Where a
 * replace or restore finds the very same program in place (by the digest of
 * its object and its function), that one stays.  Returns 0 or -errno with a
 * sentence.
 */
int request_edit(const struct request *rq, const struct new_program *programs, struct chain *c,
		 struct report *r);

/* request_same_program() - are two programs the same function of the same
 * bytes, with maps pinned in the same place? */
bool request_same_program(const struct program *a, const struct program *b);

/* request_wish_met() - is a loaded program of the kind that the linkage asked
 * for needs? */
bool request_wish_met(const struct entry_request *q, const struct program *p);

#endif
