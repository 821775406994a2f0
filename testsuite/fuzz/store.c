// SPDX-License-Identifier: GPL-2.0-or-later
/* The names of the directories of pins. */
#include "fuzz.h"

#include "kernel/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name = fuzz_text(data, size), again[64];
	struct store_dir d;

	if (store_parse_dir(name, &d)) {
		CHECK(d.ifindex > 0 && d.id > 0);
		store_dir_name(&d, again);
		CHECK(!strcmp(name, again));
	}
	free(name);
	return 0;
}
