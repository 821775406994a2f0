/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BTF out of any bytes, for the targets that read it. */
#ifndef FUZZ_BTF_H
#define FUZZ_BTF_H

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "fuzz.h"

/*
 * fuzz_btf() - the input as BTF, NULL if libbpf takes it for none
 *
 * The first two bytes are the length of the types, the strings follow them. The
 * header is made here, so that the fuzzer need not find out its sums.
 */
static inline struct btf *fuzz_btf(const uint8_t *data, size_t size)
{
	struct btf_header *h;
	size_t types, strings;
	struct btf *btf;
	uint8_t *raw;

	libbpf_set_print(NULL);
	if (size < 4)
		return NULL;
	types = (data[0] | data[1] << 8) & ~3;
	size -= 2;
	if (types + 2 > size)
		return NULL;
	strings = size - types;
	raw = calloc(1, sizeof(*h) + size);
	CHECK(raw);
	h = (struct btf_header *)raw;
	*h = (struct btf_header){
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(*h),
		.type_len = types,
		.str_off = types,
		.str_len = strings,
	};
	memcpy(raw + sizeof(*h), data + 2, size);
	raw[sizeof(*h) + types] = '\0';
	raw[sizeof(*h) + size - 1] = '\0';
	btf = btf__new(raw, sizeof(*h) + size);
	free(raw);
	return libbpf_get_error(btf) ? NULL : btf;
}

#endif
