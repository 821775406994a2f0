// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads chain files. */
#include "syntax/chainfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/shortage.h"
#include "syntax/lexer.h"
#include "syntax/parse_line.h"
#include "syntax/text_file.h"

/*
 * struct reading - a file that is being read
 * @place: properties of a configuration file, NULL for other files
 * @first: index of its first entry in the request
 * @has_line: a line was read
 */
struct reading {
	struct chainfile *f;
	const char *path;
	const struct chainfile_place *place;
	struct request *rq;
	unsigned int first;
	bool has_line;
	struct report *r;
};

/* Relative paths in a file start at its directory, and absolute paths of objects at
 * @root. */
static int make_absolute(struct reading *in, const char *root, const char **word)
{
	struct chainfile *f = in->f;
	const char *slash = strrchr(in->path, '/');
	char **paths;
	char *path;
	int len;

	if (!*word || (**word == '/' ? !*root : !slash))
		return 0;
	paths = realloc(f->paths, (f->n_paths + 1) * sizeof(*paths));
	if (paths)
		f->paths = paths;
	if (!paths)
		return report_no_memory(in->r);
	len = **word == '/' ? asprintf(&path, "%s%s", root, *word)
			    : asprintf(&path, "%.*s/%s", (int)(slash - in->path), in->path, *word);
	if (len < 0)
		return report_no_memory(in->r);
	f->paths[f->n_paths++] = path;
	*word = path;
	return 0;
}

static int make_source_absolute(struct reading *in, struct program_source *src)
{
	int err = make_absolute(in, in->place ? in->place->root : "", &src->object);

	if (!err)
		err = make_absolute(in, "", &src->pinned);
	if (!err)
		err = make_absolute(in, "", &src->pinmaps);
	return err;
}

/* The line "chain" describes the whole chain, so it is the first. */
static int check_order(struct reading *in, const char *word)
{
	if (!strcmp(word, "chain") && in->has_line)
		return report_fail(in->r, STATUS_USAGE, EINVAL,
				   "only the first line can begin with \"chain\"");
	in->has_line = true;
	return 0;
}

static int parse_line(struct reading *in, struct lexer *l)
{
	if (!in->place || !in->place->one_entry)
		return parse_chain_line(l->argc, l->argv, in->rq, in->r);
	if (in->rq->n_entries > in->first)
		return report_fail(in->r, STATUS_NOT_TRIED, EINVAL,
				   "this file can have only one entry");
	return parse_entry_line(l->argc, l->argv, in->place->name, in->rq, in->r);
}

static int read_requirement(struct reading *in, struct lexer *l)
{
	struct request *rq = in->rq;
	int err = parse_require_line(l->argc, l->argv, rq, in->r);
	struct requirement *new;

	if (err)
		return err;
	new = &rq->requirements[rq->n_requirements - 1];
	new->file = in->path;
	new->line = l->first;
	return make_absolute(in, in->place ? in->place->root : "", &new->pcap);
}

static int read_entry(struct reading *in, struct lexer *l)
{
	struct request *rq = in->rq;
	unsigned int before = rq->n_entries;
	int err;

	if (!strcmp(l->argv[0], "require")) {
		in->has_line = true;
		return read_requirement(in, l);
	}
	err = check_order(in, l->argv[0]);
	if (!err)
		err = parse_line(in, l);
	if (rq->n_entries == before)
		return err;
	rq->entries[before].line = l->first;
	rq->entries[before].config = in->place ? in->path : NULL;
	if (!err && rq->n_entries > CHAIN_MAX)
		err = report_fail(in->r, STATUS_NOT_TRIED, E2BIG, "A chain has at most %u entries",
				  CHAIN_MAX);
	return err ? err : make_source_absolute(in, &rq->entries[before].source);
}

static bool is_end(const struct lexer *l)
{
	return l->argc == 1 && !strcmp(l->argv[0], "end");
}

/* Read all lines, up to the line "end" if there is one. */
static int read_lines(struct reading *in, struct lexer *l)
{
	int more = 0, err = 0;

	while (!err && !in->f->ended && (more = lexer_next_line(l, in->r)) > 0) {
		in->f->ended = is_end(l);
		if (!in->f->ended)
			err = read_entry(in, l);
	}
	return err || in->f->ended ? err : more;
}

/* No line may follow the end. */
static int check_end(struct lexer *l, const char *after, struct report *r)
{
	int more = lexer_next_line(l, r);

	if (more <= 0)
		return more;
	if (!strcmp(l->argv[0], "chain"))
		return report_fail(
			r, STATUS_NOT_TRIED, EINVAL,
			"another chain begins here: use \"restore all\" for a file of several chains");
	if (l->argc == 2 && !strcmp(l->argv[0], "end") && !strcmp(l->argv[1], "all"))
		return report_fail(
			r, STATUS_NOT_TRIED, EINVAL,
			"\"end all\" is for a file of several chains: use \"restore all\"");
	return report_fail(r, STATUS_NOT_TRIED, EINVAL, "unexpected \"%s\" after \"%s\"",
			   l->argv[0], after);
}

int chainfile_read(struct chainfile *f, const char *path, struct request *rq, struct report *r)
{
	char *text = text_read(path, r);

	if (text)
		return chainfile_parse(f, text, path, rq, r);
	memset(f, 0, sizeof(*f));
	return -EIO;
}

int chainfile_read_regular(struct chainfile *f, const char *path, struct request *rq,
			   struct report *r)
{
	char *text;
	int err = text_read_regular(path, &text, NULL, r);

	if (!err)
		return chainfile_parse(f, text, path, rq, r);
	memset(f, 0, sizeof(*f));
	return is_shortage(-err) ? err : -EIO;
}

/* Refuse a file that was cut off: a chain with fewer entries or rules may let packets
 * in. */
static int check_whole(const struct reading *in)
{
	unsigned int declared = in->rq->n_declared, n = in->rq->n_entries - in->first;
	const char *name = text_file_name(in->path);

	if (declared && declared != n)
		return report_fail(
			in->r, STATUS_NOT_TRIED, EINVAL,
			"\"%s\" is truncated, or \"entries\" is wrong: it says %u, but the file has %u",
			name, declared, n);
	if (!n && in->place)
		return report_fail(
			in->r, STATUS_NOT_TRIED, EINVAL,
			"\"%s\" has no entries: to mask another file it must be empty or a link to /dev/null",
			name);
	if (!n)
		return report_fail(in->r, STATUS_NOT_TRIED, EINVAL,
				   "\"%s\" has no entries: to remove a chain, use flush", name);
	if (declared && !in->f->ended)
		return report_fail(in->r, STATUS_NOT_TRIED, EINVAL,
				   "\"%s\" is truncated: it has no line \"end\"", name);
	return 0;
}

int chainfile_parse_config(struct chainfile *f, char *text, const char *path,
			   const struct chainfile_place *place, struct request *rq,
			   struct report *r)
{
	struct lexer l = { .p = text, .line = 1 };
	struct reading in = {
		.f = f, .path = path, .place = place, .rq = rq, .first = rq->n_entries, .r = r
	};
	int err;

	*f = (struct chainfile){ .text = text };
	err = text_check_last_line(text, path, r);
	if (err)
		return err;
	rq->n_declared = 0;
	err = read_lines(&in, &l);
	if (!err)
		err = check_end(&l, "end", r);
	return err ? text_blame(path, l.first, r) : check_whole(&in);
}

int chainfile_parse(struct chainfile *f, char *text, const char *path, struct request *rq,
		    struct report *r)
{
	return chainfile_parse_config(f, text, path, NULL, rq, r);
}

/* ---- several chains ---- */

static bool is_end_all(const struct lexer *l)
{
	return l->argc == 2 && !strcmp(l->argv[0], "end") && !strcmp(l->argv[1], "all");
}

static int check_dev(const struct chainset *c, const struct request *rq, struct report *r)
{
	if (!rq->file_dev)
		return report_fail(
			r, STATUS_NOT_TRIED, EINVAL,
			"in a file of several chains, each must begin with \"chain dev DEV\"");
	for (unsigned int i = 0; i < c->n; i++)
		if (&c->chains[i] != rq && !strcmp(c->chains[i].file_dev, rq->file_dev))
			return report_fail(r, STATUS_NOT_TRIED, EEXIST,
					   "dev \"%s\" has another chain in this file",
					   rq->file_dev);
	return 0;
}

/* Read one more chain; its first line has been read already. */
static int read_chain(struct chainset *c, struct lexer *l, const char *path,
		      const struct request *base, struct report *r)
{
	struct request *chains = realloc(c->chains, (c->n + 1) * sizeof(*chains));
	struct reading in = { .f = &c->file, .path = path, .r = r };
	int err;

	if (!chains)
		return report_no_memory(r);
	c->chains = chains;
	in.rq = &chains[c->n++];
	*in.rq = *base;
	in.rq->entries = NULL;
	in.rq->requirements = NULL;
	in.rq->n_requirements = 0;
	in.rq->n_entries = in.rq->n_declared = 0;
	in.rq->all = false;
	c->file.ended = false;
	err = read_entry(&in, l);
	if (!err)
		err = check_dev(c, in.rq, r);
	if (!err)
		err = read_lines(&in, l);
	if (!err && !c->file.ended)
		err = report_fail(r, STATUS_NOT_TRIED, EINVAL, "the file is truncated");
	return err ? err : check_whole(&in);
}

static int read_chains(struct chainset *c, struct lexer *l, const char *path,
		       const struct request *base, struct report *r)
{
	int more = 0, err = 0;

	while (!err && (more = lexer_next_line(l, r)) > 0) {
		if (is_end_all(l))
			return check_end(l, "end all", r);
		err = read_chain(c, l, path, base, r);
	}
	if (err || more < 0)
		return err ? err : more;
	return report_fail(r, STATUS_NOT_TRIED, EINVAL,
			   "the file is truncated: it has no line \"end all\"");
}

int chainset_read(struct chainset *c, const char *path, const struct request *base,
		  struct report *r)
{
	struct lexer l = { .line = 1 };
	int err;

	*c = (struct chainset){ .file.text = text_read(path, r) };
	if (!c->file.text)
		return -EIO;
	l.p = c->file.text;
	err = text_check_last_line(l.p, path, r);
	if (!err && read_chains(c, &l, path, base, r))
		err = text_blame(path, l.first, r);
	return err;
}

void chainset_free(struct chainset *c)
{
	for (unsigned int i = 0; i < c->n; i++) {
		free(c->chains[i].entries);
		free(c->chains[i].requirements);
	}
	free(c->chains);
	chainfile_free(&c->file);
	*c = (struct chainset){ 0 };
}

void chainfile_free(struct chainfile *f)
{
	while (f->n_paths)
		free(f->paths[--f->n_paths]);
	free(f->paths);
	free(f->text);
	f->paths = NULL;
	f->text = NULL;
}
