// SPDX-License-Identifier: GPL-2.0-or-later
/* Chain files: reading. */
#include "chainfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lexer.h"
#include "parse.h"

#define MAX_SIZE (16 << 20)

/*
 * struct reading - a file that is being read
 * @place: of a configuration file, NULL for another one
 * @first: where its entries begin in the request
 */
struct reading {
	struct chainfile *f;
	const char *path;
	const struct chainfile_place *place;
	struct request *rq;
	unsigned int first;
	struct report *r;
};

/* Paths in a file are as seen from its directory; those of objects from below another
 * root, if there is one. */
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

static int parse_line(struct reading *in, struct lexer *l)
{
	if (!in->place || !in->place->one_entry)
		return parse_chain_line(l->argc, l->argv, in->rq, in->r);
	if (in->rq->n_entries > in->first)
		return report_fail(in->r, STATUS_NOT_TRIED, EINVAL,
				   "a file of this kind has one entry, and this is the second");
	return parse_entry_line(l->argc, l->argv, in->place->name, in->rq, in->r);
}

static int read_entry(struct reading *in, struct lexer *l)
{
	struct request *rq = in->rq;
	unsigned int before = rq->n_entries;
	int err = parse_line(in, l);

	if (rq->n_entries == before)
		return err;
	rq->entries[before].line = l->first;
	rq->entries[before].config = in->place ? in->path : NULL;
	if (!err && rq->n_entries > CHAIN_MAX)
		err = report_fail(in->r, STATUS_REFUSED, E2BIG, "A chain has at most %u entries",
				  CHAIN_MAX);
	return err ? err : make_source_absolute(in, &rq->entries[before].source);
}

static bool is_end(const struct lexer *l)
{
	return l->argc == 1 && !strcmp(l->argv[0], "end");
}

/* All lines, up to the one that says "end" if there is one. */
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

/* Nothing follows what has ended. */
static int check_end(struct lexer *l, const char *after, struct report *r)
{
	int more = lexer_next_line(l, r);

	if (more <= 0)
		return more;
	if (!strcmp(l->argv[0], "chain"))
		return report_fail(
			r, STATUS_NOT_TRIED, EINVAL,
			"another chain begins here: \"restore all\" gives each device its own");
	return report_fail(r, STATUS_NOT_TRIED, EINVAL, "unexpected \"%s\" after \"%s\"",
			   l->argv[0], after);
}

static const char *file_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

int chainfile_blame_line(const char *path, unsigned int line, struct report *r)
{
	enum status status = r->status == STATUS_REFUSED ? STATUS_REFUSED : STATUS_NOT_TRIED;
	char text[REPORT_ERROR_MAX];
	const char *what = r->error;

	if (!strncmp(what, "Error: ", 7))
		what += 7;
	snprintf(text, sizeof(text), "%s", what);
	report_clear_error(r);
	return report_fail(r, status, EINVAL, "%s:%u: %s", file_name(path), line, text);
}

char *chainfile_slurp(FILE *in)
{
	size_t size = 0, room = 65536;
	char *text = malloc(room + 1);

	while (text) {
		size_t got = fread(text + size, 1, room - size, in);
		char *bigger;

		size += got;
		if (!got)
			break;
		if (size < room)
			continue;
		room *= 2;
		bigger = room > MAX_SIZE ? NULL : realloc(text, room + 1);
		if (!bigger) {
			free(text);
			errno = EFBIG;
			return NULL;
		}
		text = bigger;
	}
	if (text && ferror(in)) {
		free(text);
		return NULL;
	}
	if (text)
		text[size] = '\0';
	if (text && strlen(text) != size) {
		free(text);
		errno = EILSEQ;
		return NULL;
	}
	return text;
}

static char *slurp_file(FILE *in, const char *path, struct report *r)
{
	char *text = NULL;

	errno = in ? 0 : errno;
	if (in)
		text = chainfile_slurp(in);
	if (!text)
		report_fail(r, STATUS_NOT_TRIED, errno, "Cannot read \"%s\": %s", path,
			    strerror(errno));
	return text;
}

static char *read_file(const char *path, struct report *r)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	char *text = slurp_file(in, path, r);

	if (in && !is_stdin)
		fclose(in);
	return text;
}

int chainfile_read(struct chainfile *f, const char *path, struct request *rq, struct report *r)
{
	char *text = read_file(path, r);

	if (text)
		return chainfile_parse(f, text, path, rq, r);
	memset(f, 0, sizeof(*f));
	return -EIO;
}

/* To open a device may have effects, and a fifo has to be opened without waiting if it
 * took the file's place since then. */
static FILE *open_regular(const char *path, bool *other)
{
	struct stat st;
	FILE *in = NULL;
	int fd;

	*other = false;
	if (stat(path, &st))
		return NULL;
	*other = !S_ISREG(st.st_mode);
	fd = *other ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return NULL;
	*other = fstat(fd, &st) || !S_ISREG(st.st_mode);
	if (!*other)
		in = fdopen(fd, "r");
	if (!in)
		close(fd);
	return in;
}

int chainfile_read_regular(struct chainfile *f, const char *path, struct request *rq,
			   struct report *r)
{
	char *text = NULL;
	bool other;
	FILE *in = open_regular(path, &other);

	if (other)
		report_fail(r, STATUS_NOT_TRIED, EINVAL, "\"%s\" is not a regular file", path);
	else
		text = slurp_file(in, path, r);
	if (in)
		fclose(in);
	if (text)
		return chainfile_parse(f, text, path, rq, r);
	memset(f, 0, sizeof(*f));
	return -EIO;
}

/* What has been cut off must not count as the whole: a chain with fewer entries,
 * or with fewer rules, lets packets in. */
static int check_whole(const struct reading *in)
{
	unsigned int declared = in->rq->n_declared, n = in->rq->n_entries - in->first;
	const char *name = file_name(in->path);

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
				   "\"%s\" has no entries: to remove a chain use flush", name);
	if (declared && !in->f->ended)
		return report_fail(in->r, STATUS_NOT_TRIED, EINVAL,
				   "\"%s\" is truncated: it has no line \"end\"", name);
	return 0;
}

int chainfile_check_last_line(const char *text, const char *path, struct report *r)
{
	unsigned int line = 1;
	const char *p;

	for (p = text; *p; p++)
		line += *p == '\n';
	if (p == text || p[-1] == '\n')
		return 0;
	report_fail(r, STATUS_NOT_TRIED, EINVAL,
		    "the last line has no newline: the file is truncated");
	return chainfile_blame_line(path, line, r);
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
	err = chainfile_check_last_line(text, path, r);
	if (err)
		return err;
	rq->n_declared = 0;
	err = read_lines(&in, &l);
	if (!err)
		err = check_end(&l, "end", r);
	return err ? chainfile_blame_line(path, l.first, r) : check_whole(&in);
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
		return report_fail(r, STATUS_NOT_TRIED, EINVAL,
				   "a chain of several begins with \"chain dev DEV\"");
	for (unsigned int i = 0; i < c->n; i++)
		if (&c->chains[i] != rq && !strcmp(c->chains[i].file_dev, rq->file_dev))
			return report_fail(r, STATUS_NOT_TRIED, EEXIST,
					   "dev \"%s\" has another chain in this file",
					   rq->file_dev);
	return 0;
}

/* One more chain, whose first line is read already. */
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

	*c = (struct chainset){ .file.text = read_file(path, r) };
	if (!c->file.text)
		return -EIO;
	l.p = c->file.text;
	err = chainfile_check_last_line(l.p, path, r);
	if (!err && read_chains(c, &l, path, base, r))
		err = chainfile_blame_line(path, l.first, r);
	return err;
}

void chainset_free(struct chainset *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		free(c->chains[i].entries);
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
