/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints a chain as a chain file for save; syntax/chainfile.h reads such files. */
#ifndef CHAINFILE_PRINT_H
#define CHAINFILE_PRINT_H

#include "chain/view.h"

/*
 * struct chainfile_style - how a chain is printed
 * @fresh: the format that a new chain gets on this machine, FORMAT_UNSET if unknown
 * @with_dev: print the device of the chain
 * @objects: the absolute path of a directory with object files named by their digests;
 *	     NULL to print the original paths
 */
struct chainfile_style {
	enum chain_format fresh;
	bool with_dev;
	const char *objects;
};

/*
 * chainfile_print() - print a chain as a chain file on stdout
 *
 * Prints the format only if it does not follow from @fresh and the entries, because a
 * file without a format works with any version of libxdp.
 */
void chainfile_print(const struct view *v, const struct chainfile_style *style);

#endif
