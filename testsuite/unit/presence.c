// SPDX-License-Identifier: GPL-2.0-or-later
/* Maps that hold an interface. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <cmocka.h>
#include <linux/bpf.h>

#include "kernel/presence.h"

#define LOOPBACK 1

static void holds_an_interface(void **state)
{
	struct report report = REPORT_INIT;
	int fd = presence_make(LOOPBACK, &report);

	(void)state;
	report_free(&report);
	if (fd < 0)
		skip();
	assert_int_equal(presence_lasts(fd), 1);
	close(fd);
}

/* The kernel would write as many bytes as it has. */
static void another_map_is_not_read(void **state)
{
	static const struct {
		enum bpf_map_type type;
		unsigned int key, value;
	} maps[] = {
		{ BPF_MAP_TYPE_ARRAY, 4, 64 },
		{ BPF_MAP_TYPE_ARRAY, 4, 4 },
		{ BPF_MAP_TYPE_HASH, 64, 4 },
		{ BPF_MAP_TYPE_DEVMAP, 4, 8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		int fd = bpf_map_create(maps[i].type, "other", maps[i].key, maps[i].value, 1, NULL);

		if (fd < 0)
			skip();
		assert_int_equal(presence_lasts(fd), -EINVAL);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_an_interface),
		cmocka_unit_test(another_map_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
