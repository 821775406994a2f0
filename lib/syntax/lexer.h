/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of a chain file, line by line.  Pure. */
#ifndef XM_LEXER_H
#define XM_LEXER_H

#include "model/report.h"

#define LEXER_MAX_WORDS 512

/*
 * struct lexer - a cursor in a text, which it cuts up
 * @p: its position
 * @line: its physical line, from 1
 * @first: the physical line on which the words in @argv begin
 * @problem: the error in a word
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
 * lexer_next_line() - cut the next line with words into its words
 *
 * Every line of the text must end with a newline.  Returns 1, 0 at the end of the
 * text, or -EINVAL with a sentence about the line @first.
 */
int lexer_next_line(struct lexer *l, struct report *r);

#endif
