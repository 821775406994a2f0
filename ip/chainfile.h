/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chain files: what save prints and restore reads.
 *
 *	chain mode M format F stats S entries N
 *	ENTRY
 *	...
 *	end
 *
 * An entry is a line in the words of add.  '#' starts a comment, a backslash at
 * the end of a line continues it, quotes of either kind group a word, and in
 * $'...' \xNN is a byte.
 *
 * save writes all of it.  Where the first line says how many entries there are,
 * exactly so many must follow, and "end"; by hand neither needs to be written.
 */
#ifndef CHAINFILE_H
#define CHAINFILE_H

#include <stdio.h>

#include "model/report.h"
#include "model/request.h"
#include "chain/view.h"

/*
 * struct chainfile - the bytes that a request's words point to
 * @ended: the line "end" was read
 */
struct chainfile {
	char *text;
	bool ended;
	char **paths;
	unsigned int n_paths;
};

/*
 * struct chainfile_place - what is special about a configuration file
 * @root: the directory below which absolute paths of objects are, "" for none
 * @one_entry: it has a single entry and no line "chain"
 * @name: of an entry whose line says none, "" if it has to
 */
struct chainfile_place {
	const char *root;
	bool one_entry;
	const char *name;
};

/*
 * chainfile_read() - append the entries of a file to a request
 * @path: the file, "-" for standard input
 *
 * Relative object paths count from the file's directory.  Fails with
 * STATUS_NOT_TRIED and "FILE:LINE: ...".  @f must live as long as the request.
 */
int chainfile_read(struct chainfile *f, const char *path, struct request *rq, struct report *r);
void chainfile_free(struct chainfile *f);

/* chainfile_parse() - the same for a text that is read already; @f owns it now,
 * and it is cut up.  @path is for messages and relative paths.  Pure. */
int chainfile_parse(struct chainfile *f, char *text, const char *path, struct request *rq,
		    struct report *r);

/* chainfile_parse_config() - the same for a configuration file; its entries say that
 * they come from @path, which must live as long as the request */
int chainfile_parse_config(struct chainfile *f, char *text, const char *path,
			   const struct chainfile_place *place, struct request *rq,
			   struct report *r);

/* chainfile_slurp() - all of a stream as a string; NULL with errno: EFBIG for more than
 * a chain can need, EILSEQ for one with a NUL in it */
char *chainfile_slurp(FILE *in);

/*
 * chainfile_print() - a chain as a chain file on stdout
 * @fresh: the format that a new chain gets on this machine, FORMAT_UNSET unknown
 *
 * The format is only written where it does not follow from that and from the
 * entries: a file without it is for whatever the libxdp of the machine reads.
 */
void chainfile_print(const struct view *v, enum chain_format fresh);

#endif
