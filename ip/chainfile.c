// SPDX-License-Identifier: GPL-2.0-or-later
/* Chain files. */
#include "chainfile.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "parse.h"
#include "printer.h"

#define MAX_WORDS 512
#define MAX_SIZE  (16 << 20)

/* ---- reading ---- */

/*
 * struct lexer - a cursor in the text
 * @line: the physical line it is on
 * @first: the one on which the words in @argv begin
 * @problem: what is wrong with a word
 */
struct lexer {
	char *p;
	unsigned int line, first;
	const char *problem;
	char *argv[MAX_WORDS + 1];
	int argc;
};

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Step over blanks, continuations and a comment; false at the end of a line. */
static bool find_word(struct lexer *l)
{
	for (;;) {
		if (blank(*l->p)) {
			l->p++;
		} else if (l->p[0] == '\\' && l->p[1] == '\n') {
			l->p += 2;
			l->line++;
		} else {
			break;
		}
	}
	if (*l->p == '#')
		l->p += strcspn(l->p, "\n");
	return *l->p && *l->p != '\n';
}

/* A word between quotes. */
static char *cut_quoted(struct lexer *l, char quote)
{
	char *word = l->p;

	l->p += strcspn(word, quote == '"' ? "\"\n" : "'\n");
	if (*l->p != quote) {
		l->problem = "a quote is not closed";
		return NULL;
	}
	*l->p++ = '\0';
	return word;
}

/* $'...', as shells have it, but with \xNN alone: in place, it only shrinks. */
static char *cut_escaped(struct lexer *l)
{
	char *word = cut_quoted(l, '\'');
	char *to = word;

	for (const char *p = word; p && *p; p++) {
		char pair[3] = "";

		if (*p != '\\') {
			*to++ = *p;
			continue;
		}
		if (p[1] == 'x' && isxdigit((unsigned char)p[2]) && isxdigit((unsigned char)p[3]))
			memcpy(pair, p + 2, 2);
		*to = strtoul(pair, NULL, 16);
		if (!*to++) {
			l->problem = "in $'...' a backslash begins \\x01 to \\xff";
			return NULL;
		}
		p += 3;
	}
	if (word)
		*to = '\0';
	return word;
}

/* Cut one word out, and with it the end of the line if that follows at once.
 * NULL when there is a problem. */
static char *cut_word(struct lexer *l, bool *ended)
{
	char *word = l->p;

	*ended = false;
	if (word[0] == '$' && word[1] == '\'') {
		l->p += 2;
		return cut_escaped(l);
	}
	if (*word == '"' || *word == '\'') {
		l->p++;
		return cut_quoted(l, *word);
	}
	l->p += strcspn(l->p, " \t\r\n");
	if (*l->p == '\n' && l->p > word && l->p[-1] == '\\') {
		l->p[-1] = '\0';
		l->line++;
	} else {
		*ended = *l->p == '\n';
	}
	if (*l->p)
		*l->p++ = '\0';
	return word;
}

/* The words of the next line that has any.  1, 0 at the end, or -EINVAL. */
static int next_line(struct lexer *l, struct report *r)
{
	bool ended = false;

	l->argc = 0;
	while (!find_word(l)) {
		if (!*l->p)
			return 0;
		l->p++;
		l->line++;
	}
	l->first = l->line;
	do {
		if (l->argc == MAX_WORDS)
			return report_fail(r, STATUS_NOT_TRIED, EINVAL, "more than %d words",
					   MAX_WORDS);
		l->argv[l->argc] = cut_word(l, &ended);
		if (!l->argv[l->argc++])
			return report_fail(r, STATUS_NOT_TRIED, EINVAL, "%s", l->problem);
	} while (!ended && find_word(l));
	l->argv[l->argc] = NULL;
	if (!ended && *l->p == '\n') {
		l->p++;
		ended = true;
	}
	l->line += ended;
	return 1;
}

/* A path as seen from the directory of @file. */
static int make_absolute(struct chainfile *f, const char *file, const char **word, struct report *r)
{
	const char *slash = strrchr(file, '/');
	char **paths;
	char *path;

	if (!*word || **word == '/' || !slash)
		return 0;
	paths = realloc(f->paths, (f->n_paths + 1) * sizeof(*paths));
	if (paths)
		f->paths = paths;
	if (!paths || asprintf(&path, "%.*s/%s", (int)(slash - file), file, *word) < 0)
		return report_no_memory(r);
	f->paths[f->n_paths++] = path;
	*word = path;
	return 0;
}

static int make_source_absolute(struct chainfile *f, const char *file, struct program_source *src,
				struct report *r)
{
	int err = make_absolute(f, file, &src->object, r);

	if (!err)
		err = make_absolute(f, file, &src->pinned, r);
	if (!err)
		err = make_absolute(f, file, &src->pinmaps, r);
	return err;
}

static int read_lines(struct chainfile *f, struct lexer *l, const char *path, struct request *rq,
		      struct report *r)
{
	int more;

	while ((more = next_line(l, r)) > 0) {
		unsigned int before = rq->n_entries;
		int err = parse_chain_line(l->argc, l->argv, rq, r);

		if (rq->n_entries > before)
			rq->entries[before].line = l->first;
		if (!err && rq->n_entries > CHAIN_MAX)
			err = report_fail(r, STATUS_REFUSED, E2BIG,
					  "A chain has at most %u entries", CHAIN_MAX);
		if (!err && rq->n_entries > before)
			err = make_source_absolute(f, path, &rq->entries[before].source, r);
		if (err)
			return err;
	}
	return more;
}

/* "Error: ..." of the parser becomes "FILE:LINE: ...". */
static int blame_line(const char *path, unsigned int line, struct report *r)
{
	enum status status = r->status == STATUS_REFUSED ? STATUS_REFUSED : STATUS_NOT_TRIED;
	char text[REPORT_ERROR_MAX];
	const char *what = r->error;

	if (!strncmp(what, "Error: ", 7))
		what += 7;
	snprintf(text, sizeof(text), "%s", what);
	report_clear_error(r);
	return report_fail(r, status, EINVAL, "%s:%u: %s",
			   strcmp(path, "-") ? path : "standard input", line, text);
}

static char *read_stream(FILE *in)
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

static char *read_file(const char *path, struct report *r)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	char *text = NULL;

	errno = in ? 0 : errno;
	if (in)
		text = read_stream(in);
	if (!text)
		report_fail(r, STATUS_NOT_TRIED, errno, "Cannot read \"%s\": %s", path,
			    strerror(errno));
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

int chainfile_parse(struct chainfile *f, char *text, const char *path, struct request *rq,
		    struct report *r)
{
	struct lexer l = { .p = text, .line = 1 };
	int err;

	*f = (struct chainfile){ .text = text };
	err = read_lines(f, &l, path, rq, r);
	if (err)
		return blame_line(path, l.first, r);
	if (!rq->n_entries)
		return report_fail(r, STATUS_NOT_TRIED, EINVAL,
				   "\"%s\" has no entry: to take a chain off use flush", path);
	return 0;
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

/* ---- printing ---- */

/* Is there a byte that no terminal should see, or that no quote can hold? */
static bool needs_escape(const char *word)
{
	if (strchr(word, '"') && strchr(word, '\''))
		return true;
	for (size_t n; *word; word += n) {
		n = message_printable(word);
		if (!n)
			return true;
	}
	return false;
}

static void print_escaped(const char *word)
{
	printf("$'");
	while (*word) {
		size_t n = strchr("'\\", *word) ? 0 : message_printable(word);

		if (n)
			fwrite(word, 1, n, stdout);
		else
			printf("\\x%02x", (unsigned char)*word);
		word += n ? n : 1;
	}
	printf("' ");
}

/* A word that has to be read back as it is. */
static void print_word(const char *key, const char *word)
{
	const char *quote = "";

	printf("%s ", key);
	if (needs_escape(word)) {
		print_escaped(word);
		return;
	}
	if (!*word || strpbrk(word, " #\\'\""))
		quote = strchr(word, '"') ? "'" : "\"";
	printf("%s%s%s ", quote, word, quote);
}

/* What a foreign program says of itself can be anything. */
static bool is_digest(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static void print_source(const struct program *p)
{
	const struct origin *o = &p->origin;
	char tag[2 * BPF_TAG_BYTES + 1];

	if (!*o->object) {
		printf("# Its object file is not known: this holds while the program is loaded.\n");
		printf("id %u tag %s ", p->id, printer_tag(p->tag, tag));
		return;
	}
	print_word("object", o->object);
	if (*o->function)
		print_word("program", o->function);
	if (*o->pinmaps)
		print_word("pinmaps", o->pinmaps);
	if (is_digest(o->sha256))
		printf("sha256 %s ", o->sha256);
}

static void print_entry(const struct chain *c, unsigned int slot)
{
	const struct entry *e = &c->entries[slot];
	char actions[64];

	if (e->program)
		print_source(e->program);
	print_word("name", e->name);
	printf("prio %u proceed-on %s ", e->prio,
	       printer_actions(e->proceed_on, actions, sizeof(actions)));
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		int to = e->go_to[v] ? chain_slot(c, e->go_to[v]) : -1;

		if (to < 0)
			continue;
		printf("on %s goto ", verdict_name(v));
		print_word("name", c->entries[to].name);
	}
	if (e->linkage == LINKAGE_TAIL)
		printf("linkage tail ");
	printf("%s\n", e->disabled ? "disable" : "");
}

void chainfile_print(const struct view *v)
{
	const struct chain *c = &v->chain;
	char format[16];

	printf("chain ");
	if (v->mode != XDP_MODE_NONE)
		printf("mode %s ", printer_mode(v->mode));
	/* Where only the entries need it the format follows from them. */
	if (c->format != FORMAT_1 && (c->format != FORMAT_EXTENDED || c->keep_extended))
		printf("format %s ", printer_format(c->format, format, sizeof(format)));
	printf("stats off\n");
	for (unsigned int i = 0; i < c->n; i++)
		print_entry(c, i);
}
