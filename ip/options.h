/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The global options in front of the command, and whose command it is.
 *
 * Options are read as iproute2 reads them: in front of the first word only, by
 * prefix in a fixed order, "--word" like "-word". Whatever is not understood
 * here belongs to the system's ip, which then prints the diagnosis.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

/* The name under which every command line is ours. */
#define OWN_NAME "ip-xdp-multi"

enum color_when {
	COLOR_NEVER,
	COLOR_AUTO,
	COLOR_ALWAYS,
};

/* All strings point into argv and live as long as it does. */
struct options {
	bool own_name; /* called as ip-xdp-multi */
	bool json;
	bool pretty;
	bool oneline;
	bool brief;
	bool echo;
	bool force; /* with batch_file: go on after errors, and no more */
	bool numeric;
	bool human;
	bool iec;
	bool resolve;
	bool all;
	bool timestamp;
	bool timestamp_short;
	int stats;   /* how often -s was given */
	int details; /* how often -d was given */
	enum color_when color;
	const char *netns;	/* name or path, NULL: where we are */
	const char *batch_file; /* "-" is standard input, NULL: no batch */
};

enum cmdline_kind {
	CMDLINE_SYSTEM, /* the system's: hand it on untouched */
	CMDLINE_OURS,	/* index: first word of ours, may equal argc */
	CMDLINE_BATCH,	/* read options.batch_file */
	/* Only under our own name, where the system's ip cannot answer: */
	CMDLINE_VERSION,
	CMDLINE_HELP,
	CMDLINE_BAD_OPTION, /* index: the option */
	CMDLINE_NO_VALUE,   /* index: the option */
	CMDLINE_BAD_VALUE,  /* index: the option, its value follows */
};

struct cmdline {
	enum cmdline_kind kind;
	int index;
};

/*
 * Classify a command line and read its options into *opts. Pure: no I/O, argv
 * is not changed. *opts is complete for CMDLINE_OURS and CMDLINE_BATCH and must
 * not be used otherwise. Never fails.
 */
struct cmdline options_scan(int argc, char *const argv[], struct options *opts);

/*
 * How many words in front of our own words a command of ours has: 3 if the
 * words begin with "link", or a prefix of it, "xdp", "multi"; else 0.
 */
int options_own_prefix(int argc, char *const argv[]);

/*
 * Copy argv[0] and the global options of a CMDLINE_BATCH command line, without
 * -batch and its file, to out, which has room for argc words. The strings are
 * not copied. Returns the number of words.
 */
int options_without_batch(int argc, char *const argv[], char *out[]);

#endif
