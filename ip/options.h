/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the global options before the command, and decides whether the command is ours.
 *
 * Options are read as iproute2 reads them: only before the first word, by prefix in a
 * fixed order, "--word" like "-word".  A command line that is not understood here is left
 * to the system's ip, which prints the error.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

/* The name under which every command line is ours. */
#define OWN_NAME "ip-xdp-multi"

/* enum color - when to use colours */
enum color {
	COLOR_NEVER,
	COLOR_AUTO, /* on a terminal */
	COLOR_ALWAYS,
};

/*
 * struct options - the options that matter to our commands; iproute2's others are
 * accepted and ignored
 * @own_name: the program was called as ip-xdp-multi
 * @force: with @batch_file, only continue after errors
 * @details: how often -d was given
 * @stats: how often -s was given
 * @netns: name, process id or path, NULL for the current namespace
 * @batch_file: "-" for standard input, NULL for no batch
 *
 * The strings are words of argv.
 */
struct options {
	bool own_name;
	bool json;
	bool pretty;
	bool oneline;
	bool brief;
	bool echo;
	bool force;
	bool timestamp;
	enum color color;
	unsigned int details;
	unsigned int stats;
	const char *netns;
	const char *batch_file;
};

enum cmdline_kind {
	CMDLINE_SYSTEM, /* for the system's ip, untouched */
	CMDLINE_OURS,	/* index: first word of ours, may equal argc */
	CMDLINE_BATCH,	/* read options.batch_file */
	CMDLINE_HELP,
	CMDLINE_LINK_HELP, /* "link help" of the system's ip, which does not know us */
	/* Only under our own name, where the system's ip cannot answer: */
	CMDLINE_VERSION,
	CMDLINE_BAD_OPTION, /* index: the option */
	CMDLINE_NO_VALUE,   /* index: the option */
	CMDLINE_BAD_VALUE,  /* index: the option, its value follows */
};

struct cmdline {
	enum cmdline_kind kind;
	int index;
};

/*
 * options_scan() - classify a command line and read its options
 * @opts: complete for CMDLINE_OURS and CMDLINE_BATCH, else invalid
 *
 * Pure: no I/O, argv is not changed.  Never fails.
 */
struct cmdline options_scan(int argc, char *const argv[], struct options *opts);

/*
 * options_own_prefix() - the number of words before ours: 3 for "link" or a prefix of it,
 * "xdp", "multi"; else 0
 */
int options_own_prefix(int argc, char *const argv[]);

/*
 * options_without_batch() - copy argv[0] and the global options, except -batch and its
 * file
 * @out: room for @argc words; the strings are not copied
 *
 * For a CMDLINE_BATCH command line.  Returns the number of words.
 */
int options_without_batch(int argc, char *const argv[], char *out[]);

#endif
