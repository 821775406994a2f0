/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration files: choose those that apply to an interface.  Pure.
 *
 *	PLACE/PATTERN.chain			a whole chain
 *	PLACE/PATTERN.d/NAME.entry		one entry
 *
 * PLACE is one of three directories.  PATTERN is the name of an interface, one of its
 * alternative names, a glob, or "default", which matches every interface except lo.  If
 * several files are for the chain, or for entries of one NAME, the file with the most
 * specific pattern applies; with equal patterns /etc precedes /run, and /run /usr/lib.
 */
#ifndef XM_CONFIG_H
#define XM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "model/chain.h"

/* Directories of configuration files; the highest value wins. */
enum config_place {
	CONFIG_USR_LIB,
	CONFIG_RUN,
	CONFIG_ETC,
	CONFIG_PLACES,
};

#define CONFIG_CHAIN_SUFFIX ".chain"
#define CONFIG_DIR_SUFFIX   ".d"
#define CONFIG_ENTRY_SUFFIX ".entry"

/* struct config_names - the names of an interface; borrowed */
struct config_names {
	const char *ifname;
	char *const *altnames;
	unsigned int n_altnames;
};

/* enum config_how - how a pattern matches an interface; higher values are more specific */
enum config_how {
	CONFIG_NOT, /* no match */
	CONFIG_DEFAULT,
	CONFIG_GLOB,
	CONFIG_ALTNAME,
	CONFIG_NAME,
};

/*
 * struct config_file - a file that matches an interface; another file may override it
 * @place, @how: the directory, and how the pattern matches the interface
 * @pattern: the pattern, without suffix
 * @name: name of an entry file, "" for a chain file
 * @path: owned
 */
struct config_file {
	enum config_place place;
	enum config_how how;
	char pattern[256];
	char name[256];
	char *path;
};

/* config_stem() - copy @file without @suffix to @stem (256 bytes); false if @file does not
 * end with @suffix, or has nothing before it */
bool config_stem(const char *file, const char *suffix, char *stem);

/* config_match() - how does a pattern match the interface? */
enum config_how config_match(const char *pattern, const struct config_names *names);

/*
 * config_choose() - sort the files into the order in which they are read, the chain file
 * first, then entry files by name, and keep one file of each name
 *
 * Frees the other files.  Returns the number of files that are left.
 */
unsigned int config_choose(struct config_file *files, unsigned int n);

/* config_entry_name() - derive the name of an entry from the name of its file: drop
 * leading digits and a dash, and the suffix; false if the result is not a valid name */
bool config_entry_name(const char *file, char name[ENTRY_NAME_SIZE]);

#endif
