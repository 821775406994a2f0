/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A chain as a chain file: what save prints and syntax/chainfile.h reads. */
#ifndef CHAINFILE_PRINT_H
#define CHAINFILE_PRINT_H

#include "chain/view.h"

/*
 * struct chainfile_style - how a chain is printed
 * @fresh: the format that a new chain gets on this machine, FORMAT_UNSET unknown
 * @with_dev: say which device it is of
 * @objects: the absolute path of the directory that object files are in, by their
 *	     digests; NULL: where they came from
 */
struct chainfile_style {
	enum chain_format fresh;
	bool with_dev;
	const char *objects;
};

/*
 * chainfile_print() - a chain as a chain file on stdout
 *
 * The format is written only if it does not follow from @fresh and the entries: a file
 * without a format fits whatever libxdp the machine has.
 */
void chainfile_print(const struct view *v, const struct chainfile_style *style);

#endif
