/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keywords of the grammar, for command lines and for lines of files.  Pure. */
#ifndef XM_GRAMMAR_H
#define XM_GRAMMAR_H

#include "model/report.h"
#include "model/request.h"

#define TRY_HELP "try \"ip link xdp multi help\"."

/* The contexts of keywords: verbs, and the two kinds of lines of a chain file. */
#define V(verb)	    (1U << (verb))
#define LINE_POLICY (1U << 29)
#define LINE_ENTRY  (1U << 30)
#define LINE_CHAIN  (1U << 31)
#define LINES	    (LINE_POLICY | LINE_ENTRY | LINE_CHAIN)
#define ADDS	    (V(VERB_ADD) | V(VERB_REPLACE))
#define UPDATES	    (ADDS | V(VERB_CHANGE))
#define SOURCES	    (UPDATES | LINE_ENTRY)
#define ENTRIES	    (SOURCES | V(VERB_ADOPT))
#define MAKES	    (ADDS | V(VERB_RESTORE) | V(VERB_APPLY))
#define CHANGES                                                                                    \
	(UPDATES | V(VERB_APPLY) | V(VERB_DEL) | V(VERB_FLUSH) | V(VERB_RESTORE) | V(VERB_SHARE) | \
	 V(VERB_SET) | V(VERB_ADOPT))
/* Contexts that describe entries. */
#define POLICED	 (MAKES | V(VERB_CHANGE) | V(VERB_SHARE) | V(VERB_ADOPT))
#define KEEPS_UP (V(VERB_REPAIR) | V(VERB_CLEAN))
#define CONFIRMS (V(VERB_CONFIRM) | V(VERB_UNDO))
/* Verbs that have a dry run. */
#define TRIED (UPDATES | V(VERB_DEL) | V(VERB_RESTORE))
#define TAKES_ALL                                                                        \
	(V(VERB_FLUSH) | V(VERB_REPAIR) | V(VERB_APPLY) | V(VERB_CHECK) | V(VERB_SAVE) | \
	 V(VERB_RESTORE) | CONFIRMS)
#define SELECTS (V(VERB_CHANGE) | V(VERB_DEL))

/* The number of keywords that struct parser has room for. */
#define KEYWORDS_MAX 96

/*
 * struct parser - the state of the parser
 * @where: V() of the verb, or the kind of line
 * @argv, @argc: words not yet consumed
 * @tried: it is a change for "test"
 * @deny: the line of the policy forbids an entry
 * @seen: keywords that were given, by row of the table
 * @ruled: verdicts for which an "on" was given
 */
struct parser {
	struct request *rq;
	struct entry_request *entry;
	struct report *r;
	unsigned int where;
	char **argv;
	int argc;
	bool tried;
	bool deny;
	bool seen[KEYWORDS_MAX];
	__u32 ruled;
};

/*
 * struct keyword - one word of the grammar
 * @where: the contexts in which it is a keyword
 * @flag: it has no value
 * @repeat: it may be given several times, or its handler checks that
 * @name: in other contexts it is a name
 * @needs: what its value is, unless it is a flag
 * @file_needs: the same in a line of a file, NULL if there is no difference
 */
struct keyword {
	const char *word;
	const char *alias;
	unsigned int where;
	bool flag;
	bool repeat;
	bool name;
	int (*take)(struct parser *p, const char *key, char *value);
	const char *needs;
	const char *file_needs;
};

/* grammar_verdicts - the verdicts that a value may name: "some of ..." */
extern const char grammar_verdicts[];

/* grammar_take_word() - handle a consumed word and its value: a keyword, or the operand
 * that needs no keyword */
int grammar_take_word(struct parser *p, char *word);

/* grammar_next_word() - consume a word; NULL if none is left */
char *grammar_next_word(struct parser *p);

#endif
