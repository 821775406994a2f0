/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of a chain file, line by line.  Pure. */
#ifndef XM_LEXER_H
#define XM_LEXER_H

#include "model/report.h"

#define LEXER_MAX_WORDS 512

/*
 * struct lexer - a cursor in a text, which is cut up
 * @p: where it is
 * @line: the physical line it is on, from 1
 * @first: the one on which the words in @argv begin
 * @problem: what is wrong with a word
 * @argv, @argc: the words of the line, then NULL
 */
struct lexer {
	char *p;
	unsigned int line, first;
	const char *problem;
	char *argv[LEXER_MAX_WORDS + 1];
	int argc;
};

/*
 * lexer_next_line() - cut the words of the next line that has any
 *
 * Every line of the text ends with a newline.  Returns 1, 0 at the end of the
 * text, or -EINVAL with a sentence, which is about the line @first.
 */
int lexer_next_line(struct lexer *l, struct report *r);

#endif
