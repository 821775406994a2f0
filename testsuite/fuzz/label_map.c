// SPDX-License-Identifier: GPL-2.0-or-later
/* The map that a component program carries: after two bytes that tell its size
 * its value, then the BTF. */
#include "btf.h"
#include "labels.h"

#include "object/label_map.h"

static void check_value(const struct btf *btf, const char *value, size_t len)
{
	struct labels *l = calloc(1, sizeof(*l));

	CHECK(l);
	for (__u32 id = 0; id <= btf__type_cnt(btf); id++)
		label_map_decode(btf, id, value, len, l);
	fuzz_check_labels(l);
	free(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf *btf;
	char *value;
	size_t len;

	if (size < 2)
		return 0;
	len = data[0] | data[1] << 8;
	data += 2;
	size -= 2;
	if (len > size)
		return 0;
	btf = fuzz_btf(data + len, size - len);
	if (!btf)
		return 0;
	/* without the byte that ends a string */
	value = malloc(len + !len);
	CHECK(value);
	memcpy(value, data, len);
	check_value(btf, value, len);
	free(value);
	btf__free(btf);
	return 0;
}
