// SPDX-License-Identifier: GPL-2.0-or-later
/* The BTF of a program that may be a dispatcher: the first byte is how many
 * slots its config map counts. */
#include "btf.h"
#include "labels.h"

#include "dispatcher/dispatcher_btf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf *btf = size ? fuzz_btf(data + 1, size - 1) : NULL;
	struct dispatcher_view *v;
	struct labels l;

	if (!btf)
		return 0;
	v = calloc(1, sizeof(*v));
	CHECK(v);
	v->chain.n = data[0] < CHAIN_MAX ? data[0] : CHAIN_MAX;
	dispatcher_btf_version(btf);
	dispatcher_btf_read(btf, v);
	for (unsigned int i = 0; i <= CHAIN_MAX; i++) {
		CHECK(v->func[i] < btf__type_cnt(btf));
		CHECK(i <= v->chain.n || !v->func[i]);
		if (v->func[i])
			CHECK(btf_is_func(btf__type_by_id(btf, v->func[i])));
	}
	for (unsigned int i = 0; i < v->chain.n; i++) {
		dispatcher_btf_labels(btf, v, i, &l);
		if (*l.name)
			fuzz_check_labels(&l);
	}
	btf__free(btf);
	free(v);
	return 0;
}
