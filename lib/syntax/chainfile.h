/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chain files: what save prints and restore reads.
 *
 *	chain mode M format F stats S entries N
 *	ENTRY
 *	...
 *	require verdict ACTIONS packet HEX
 *	...
 *	end
 *
 * Of several devices each first line says which one it is of, "chain dev DEV ...", and
 * "end all" is the last line.
 *
 * An entry is a line in the words of add.  '#' starts a comment, a backslash at
 * the end of a line continues it, quotes of either kind group a word, and in
 * $'...' \xNN is a byte.
 *
 * save writes all of it.  Where the first line says how many entries there are,
 * exactly so many must follow, and "end"; by hand neither needs to be written.
 */
#ifndef XM_CHAINFILE_H
#define XM_CHAINFILE_H

#include "model/report.h"
#include "model/request.h"

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

/* chainfile_read_regular() - the same of a regular file only: for those who must not
 * wait, where somebody else says which file it is.  -EIO if it cannot be read. */
int chainfile_read_regular(struct chainfile *f, const char *path, struct request *rq,
			   struct report *r);
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

/*
 * struct chainset - the chains of several devices, as save all prints them
 * @file: the bytes that the requests' words point to
 * @chains: for each, the request that it was read for, with its entries, and
 *	    @file_dev is its device
 */
struct chainset {
	struct chainfile file;
	struct request *chains;
	unsigned int n;
};

/* chainset_read() - read a file of several chains, all of it or nothing; fails as
 * chainfile_read().  Free it in any case. */
int chainset_read(struct chainset *c, const char *path, const struct request *base,
		  struct report *r);
void chainset_free(struct chainset *c);

#endif
