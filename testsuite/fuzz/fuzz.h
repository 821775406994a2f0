/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* What must hold for every input; where it does not, the fuzzer keeps the input. */
#define CHECK(condition)                                                                  \
	do {                                                                              \
		if (!(condition)) {                                                       \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, \
				#condition);                                              \
			abort();                                                          \
		}                                                                         \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* fuzz_text() - the input as a string that ends where its memory does */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	CHECK(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* fuzz_words() - cut it at each NUL or newline, as many words as there is room
 * for; argv[argc] is NULL */
static inline int fuzz_words(char *text, size_t size, char **argv, int max)
{
	char *end = text + size;
	int argc = 0;

	for (char *p = text; p < end && argc < max - 1; p += strlen(p) + 1) {
		p[strcspn(p, "\n")] = '\0';
		argv[argc++] = p;
	}
	argv[argc] = NULL;
	return argc;
}

#endif
