/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration files: which of those that there are count for an interface.  Pure.
 *
 *	PLACE/PATTERN.chain			a whole chain
 *	PLACE/PATTERN.d/NAME.entry		one entry
 *
 * PLACE is one of three directories, PATTERN is the name of an interface, one of its
 * alternative names, a glob or "default", which is every interface but lo.  Of several files for the same thing - the
 * chain, or the entry files of one NAME - the most specific pattern counts, and with
 * equal patterns /etc comes before /run before /usr/lib.
 */
#ifndef XM_CONFIG_H
#define XM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "model/chain.h"

/* The higher one wins. */
enum config_place {
	CONFIG_USR_LIB,
	CONFIG_RUN,
	CONFIG_ETC,
	CONFIG_PLACES,
};

#define CONFIG_CHAIN_SUFFIX ".chain"
#define CONFIG_DIR_SUFFIX   ".d"
#define CONFIG_ENTRY_SUFFIX ".entry"

/* struct config_names - what an interface is called; borrowed */
struct config_names {
	const char *ifname;
	char *const *altnames;
	unsigned int n_altnames;
};

/* enum config_how - how a pattern names an interface; the higher one is more specific */
enum config_how {
	CONFIG_NOT, /* it does not */
	CONFIG_DEFAULT,
	CONFIG_GLOB,
	CONFIG_ALTNAME,
	CONFIG_NAME,
};

/*
 * struct config_file - a file that counts for an interface, unless another one does
 * @place, @how: where it is, and how its pattern names the interface
 * @pattern: without suffix
 * @name: of an entry file, "" for a chain
 * @path: owned
 */
struct config_file {
	enum config_place place;
	enum config_how how;
	char pattern[256];
	char name[256];
	char *path;
};

/* config_stem() - copy @file without @suffix to @stem (256 bytes); false if it does not
 * end so, or is nothing else */
bool config_stem(const char *file, const char *suffix, char *stem);

/* config_match() - does a pattern name the interface? */
enum config_how config_match(const char *pattern, const struct config_names *names);

/*
 * config_choose() - sort the files in the order in which they are read, the chain first
 * and the entries by the names of their files, and keep one of each name
 *
 * The others are freed.  Returns how many there are left.
 */
unsigned int config_choose(struct config_file *files, unsigned int n);

/* config_entry_name() - the name that an entry has by that of its file: without digits
 * and a dash at the beginning, and without the suffix; false if it cannot be one */
bool config_entry_name(const char *file, char name[ENTRY_NAME_SIZE]);

#endif
