/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request of the user: the words of a command line as values. */
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

#define REQUEST_DEFAULT_WAIT 30		/* seconds for the lock */
#define REQUEST_MAX_RULES    N_VERDICTS /* one for each */

struct policy;

/* enum maps_policy - what happens to the maps of a program that is replaced */
enum maps_policy {
	MAPS_DEFAULT, /* keep all of the user's maps, or refuse */
	MAPS_KEEP,    /* also keep every variable, and require an old program */
	MAPS_FIT,     /* keep maps that fit, warn of the others */
	MAPS_NEW,
};

/*
 * struct program_source - where a component program comes from; borrowed
 * @object: an object file; @section or @function choose a program in it; @pinmaps is the
 *	    directory for its maps
 * @pinned: a pin in a bpffs; @id: id of a loaded program, 0 for none
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

/* enum linkage_wish - how the user wants the program to be tied to its stub */
enum linkage_wish {
	WISH_AUTO, /* ext if that works, else tail */
	WISH_EXT,
	WISH_TAIL,
};

/* enum stats_wish - what to do with the counters */
enum stats_wish {
	STATS_AS_IS,
	STATS_ON,
	STATS_OFF,
	STATS_RESET,
};

struct tracing;

/* enum trace_wish - what to do with a trace of the chain */
enum trace_wish {
	TRACE_AS_IS,
	TRACE_ON,
	TRACE_OFF, /* only if the running trace is this one */
};

/*
 * struct trace_request - which packets are traced
 * @filter: a tcpdump expression, NULL for none
 * @verdicts: with @has_verdicts, the verdicts of the packets to trace
 * @entry: an entry that the packets must reach
 * @sample: trace one of @sample packets, 0 for all
 * @count: end after @count packets, 0 for never
 * @changes: also report what each entry changes in the packets
 * @times: also report how long each entry takes
 * @file: file to write the packets to, "-" for standard output; NULL for none
 * @wish, @maps: what to do to the chain, and the maps by which the dispatcher reports
 *		 packets; borrowed
 */
struct trace_request {
	const char *filter;
	bool has_verdicts;
	__u32 verdicts;
	struct selector entry;
	__u32 sample;
	__u32 count;
	bool changes;
	bool times;
	const char *file;
	enum trace_wish wish;
	const struct tracing *maps;
};

/*
 * struct entry_request - the request for one entry
 * @name: "" if none was given
 * @has_place: a place was given; else an entry stays where it is, and a new one is placed
 *	       by the object's priority
 * @line: line number in a chain file, 0 for the command line
 * @config: the configuration file that it comes from, NULL for none; borrowed
 * @policy: what the policy has set in it, NULL for nothing; borrowed
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
 * struct requirement - "require verdict ACTIONS { packet HEX | pcap FILE }" in a file:
 * the chain is made only if it meets this; words borrowed
 * @verdicts: the allowed verdicts
 * @packet: hexadecimal digits, NULL with @pcap
 * @pcap: a file of packets
 * @file, @line: the position of the requirement
 */
struct requirement {
	__u32 verdicts;
	const char *packet;
	const char *pcap;
	const char *file;
	unsigned int line;
};

/* struct tried_on - a device for which requirements were tested on the chain that would
 * replace dispatcher @id, 0 for none */
struct tried_on {
	int ifindex;
	__u32 id;
};

struct request;

/*
 * struct test_request - packets to test
 * @pcap: file with packets, "-" for standard input; NULL for none
 * @packets: @n_packets packets in hexadecimal digits; words borrowed
 * @has_expect, @expect: the allowed verdicts
 * @repeat: how often to run each packet to measure its time, 0 to measure nothing
 * @partial: leave out what cannot be tested
 * @tap: print the results in the Test Anything Protocol
 * @change: a change to make to the chain before the test, NULL for none; owned
 */
struct test_request {
	const char *pcap;
	const char **packets;
	unsigned int n_packets;
	bool has_expect;
	__u32 expect;
	unsigned int repeat;
	bool partial;
	bool tap;
	struct request *change;
};

/*
 * struct request
 * @devs: @n_devs names of interfaces; names borrowed
 * @all: every interface (flush, repair)
 * @all_netns: include other network namespaces (clean, monitor)
 * @selector: selects the entry (change, del)
 * @entries: one for add, replace and change; those of the file for restore and check;
 *	     those of the device's configuration files for apply
 * @requirements: @n_requirements requirements of files
 * @tried: the @n_tried devices on which the requirements were tested; borrowed.  Only
 *	   these devices are changed.
 * @n_declared: the number of entries that a file declares, 0 if it declares none
 * @modes: one bit of enum xdp_mode, or both software bits for auto.  0 if none was
 *	   given: a new chain uses auto, an existing chain keeps its mode
 * @stats: for set and for a chain file
 * @force: -force outside a batch
 * @explain: -details: explain why something is done in an unusual way
 * @expect: with @has_expect, the id of the dispatcher that must be attached, 0 for
 *	    none
 * @confirm: seconds in which the change must be confirmed, 0 for none
 * @token: distinguishes the unconfirmed changes of this command from others
 * @only: remove entries that are in no configuration file (apply)
 * @config: compare with the configuration files (check)
 * @no_policy: ignore the policy; needs @force
 * @policy: the administrator's decisions about entries, NULL for none
 * @root: the root directory for configuration files, NULL for "/"
 * @file: the chain file (restore, check)
 * @file_dev: the device that a chain file names, NULL if it names none
 * @objects: directory for copies of the object files (save)
 * @from, @netns: where share takes the chain from
 * @owner: owner of the new chain; NULL: the owner does not change
 * @released: the interface is given up, so libxdp need not find the old pins (flush)
 * @interval: number of seconds in which to count, 0 if none was given (show)
 * @dot: show a graph
 * @test: for test
 * @trace: for trace
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

/* request_new_entry() - add an entry request that is all zero; NULL when out of memory */
struct entry_request *request_new_entry(struct request *rq, struct report *r);

/* request_free() - release what the request owns */
void request_free(struct request *rq);

/* request_loads() - does this entry request name a program? */
bool request_loads(const struct entry_request *e);

/*
 * request_drops() - is an entry of the chain removed, unless the request has one with
 * its name?
 *
 * A whole chain from a file removes all other entries.  Configuration files remove
 * entries that came from one, and with @rq->only all others too; but if no file is
 * for the device, they leave the entries of others alone.
 */
bool request_drops(const struct request *rq, const struct entry *e);

/* request_blame() - put "FILE:LINE: " in front of the recorded error, if the entry
 * request comes from a file */
void request_blame(const struct request *rq, const struct entry_request *e, struct report *r);

/* request_is_blamed() - is the recorded error a fault of @rq->file ("FILE:LINE: "), which is
 * the same for all devices? */
bool request_is_blamed(const struct request *rq, const struct report *r);

/*
 * struct new_program - the program of an entry request
 * @program: the loaded program, or what is known of it before that
 * @load: some device does not run it yet
 * @always: it replaces even the very same program (maps new)
 * @name, @prio, @proceed_on: defaults from its object file
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
 * @programs: one per entry request; its program is NULL if the request names none
 *
 * Pure.  With if-exists it is no error if a selector finds nothing.  If replace or
 * restore finds the very same program in place (by its function and the digest of
 * its object), it keeps that program.  Returns 0 or -errno with a sentence.
 */
int request_edit(const struct request *rq, const struct new_program *programs, struct chain *c,
		 struct report *r);

/* request_same_program() - are two programs the same function of the same object
 * file, with maps pinned in the same directory? */
bool request_same_program(const struct program *a, const struct program *b);

/* request_wish_met() - does a loaded program have the type that the requested
 * linkage needs? */
bool request_wish_met(const struct entry_request *q, const struct program *p);

#endif
