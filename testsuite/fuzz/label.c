// SPDX-License-Identifier: GPL-2.0-or-later
/* Labels, a line each: an identifier, or KEY=TEXT. */
#include "labels.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *argv[256];
	int argc = fuzz_words(text, size, argv, ARRAY_SIZE(argv));
	struct labels *l = calloc(1, sizeof(*l));

	CHECK(l);
	for (int i = 0; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (value) {
			*value++ = '\0';
			label_set(l, argv[i], value);
		} else {
			label_read(l, argv[i]);
		}
		fuzz_check_labels(l);
	}
	free(l);
	free(text);
	return 0;
}
