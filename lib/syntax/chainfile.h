/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chain files, which save prints and restore reads.
 *
 *	chain mode M format F stats S entries N
 *	ENTRY
 *	...
 *	require verdict ACTIONS packet HEX
 *	...
 *	end
 *
 * In a file of several devices, the first line of each chain names its device,
 * "chain dev DEV ...", and the last line is "end all".
 *
 * An entry is a line with the keywords of add.  '#' starts a comment, a backslash at
 * the end of a line continues it, quotes of either kind group a word, and \xNN in
 * $'...' is a byte.
 *
 * save writes all of this.  If the first line has the number of entries, exactly this
 * number and "end" must follow; a file written by hand may omit both.
 */
#ifndef XM_CHAINFILE_H
#define XM_CHAINFILE_H

#include "model/report.h"
#include "model/request.h"

/*
 * struct chainfile - the text that a request's words point to
 * @ended: the line "end" was read
 */
struct chainfile {
	char *text;
	bool ended;
	char **paths;
	unsigned int n_paths;
};

/*
 * struct chainfile_place - the properties of a configuration file
 * @root: the root directory for absolute paths of objects, "" for none
 * @one_entry: the file has a single entry and no line "chain"
 * @name: name of an entry whose line gives none, "" if the line must give one
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
 * Relative object paths start at the file's directory.  Fails with
 * STATUS_NOT_TRIED and "FILE:LINE: ...".  @f must live as long as the request.
 */
int chainfile_read(struct chainfile *f, const char *path, struct request *rq, struct report *r);

/* chainfile_read_regular() - the same, but only for a regular file: for callers that must
 * not block on a path from somebody else.  -EIO if the file cannot be read,
 * but not for a shortage of memory or descriptors, nor for a file that was changed meanwhile. */
int chainfile_read_regular(struct chainfile *f, const char *path, struct request *rq,
			   struct report *r);
void chainfile_free(struct chainfile *f);

/* chainfile_parse() - the same for a text in memory; @f takes it over and cuts it up.
 * @path is for messages and relative paths.  Pure. */
int chainfile_parse(struct chainfile *f, char *text, const char *path, struct request *rq,
		    struct report *r);

/* chainfile_parse_config() - the same for a configuration file; its entries record
 * @path as their source, which must live as long as the request */
int chainfile_parse_config(struct chainfile *f, char *text, const char *path,
			   const struct chainfile_place *place, struct request *rq,
			   struct report *r);

/*
 * struct chainset - the chains of several devices, as save all prints them
 * @file: the text that the requests' words point to
 * @chains: a copy of the base request for each chain, with its entries, and its device
 *	    in @file_dev
 */
struct chainset {
	struct chainfile file;
	struct request *chains;
	unsigned int n;
};

/* chainset_read() - read a file of several chains completely; fails as chainfile_read().
 * Free @c in any case. */
int chainset_read(struct chainset *c, const char *path, const struct request *base,
		  struct report *r);
void chainset_free(struct chainset *c);

#endif
