// SPDX-License-Identifier: GPL-2.0-or-later
/* Cuts a chain file into words. */
#include "syntax/lexer.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

/* $'...' as in shells, but with \xNN only.  Works in place, because the text shrinks. */
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

/* Cut out one word, and the end of the line if it follows immediately.  NULL if there is
 * an error. */
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

/* Step over lines without a word; false at the end of the text. */
static bool find_line(struct lexer *l)
{
	while (!find_word(l)) {
		if (!*l->p)
			return false;
		l->p++;
		l->line++;
	}
	return true;
}

int lexer_next_line(struct lexer *l, struct report *r)
{
	bool ended = false;

	l->argc = 0;
	l->first = l->line;
	if (!find_line(l))
		return 0;
	l->first = l->line;
	do {
		if (l->argc == LEXER_MAX_WORDS)
			return report_fail(r, STATUS_NOT_TRIED, EINVAL, "more than %d words",
					   LEXER_MAX_WORDS);
		l->argv[l->argc] = cut_word(l, &ended);
		if (!l->argv[l->argc++])
			return report_fail(r, STATUS_NOT_TRIED, EINVAL, "%s", l->problem);
	} while (!ended && find_word(l));
	l->argv[l->argc] = NULL;
	if (ended || *l->p == '\n') {
		l->p += !ended;
		l->line++;
		return 1;
	}
	return report_fail(r, STATUS_NOT_TRIED, EINVAL, "the file ends in a continued line");
}
