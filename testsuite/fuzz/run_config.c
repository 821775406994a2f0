// SPDX-License-Identifier: GPL-2.0-or-later
/* What the BTF of an object says of its programs. */
#include "btf.h"

#include "model/chain.h"
#include "object/run_config.h"

static void check_function(const struct btf *btf, const char *function)
{
	struct report r = REPORT_INIT;
	__u32 prio = ENTRY_DEFAULT_PRIO, mask = ENTRY_DEFAULT_PROCEED_ON;

	run_config_read(btf, function, &prio, &mask, &r);
	CHECK(mask <= VERDICTS_ALL);
	CHECK(r.status == STATUS_DONE && !*r.error);
	report_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf *btf = fuzz_btf(data, size);

	if (!btf)
		return 0;
	check_function(btf, "f");
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *name = btf__name_by_offset(btf, t->name_off);

		if (btf_is_var(t) && name && *name)
			check_function(btf, name + 1);
	}
	btf__free(btf);
	return 0;
}
