// SPDX-License-Identifier: GPL-2.0-or-later
/* Capabilities that a step needs and this process lacks. */
#include "kernel/caps.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#define BIT(cap) (1ULL << (cap))

/* Numbers that older uapi headers do not have. */
#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

static const struct {
	int number;
	const char *name;
} names[] = {
	{ CAP_NET_ADMIN, "CAP_NET_ADMIN" },
	{ CAP_SYS_ADMIN, "CAP_SYS_ADMIN" },
	{ CAP_PERFMON, "CAP_PERFMON" },
	{ CAP_BPF, "CAP_BPF" },
};

static const uint64_t needed[] = {
	[CAPS_LOAD_XDP] = BIT(CAP_BPF) | BIT(CAP_NET_ADMIN),
	[CAPS_LOAD_EXT] = BIT(CAP_BPF) | BIT(CAP_PERFMON) | BIT(CAP_NET_ADMIN),
	[CAPS_BY_ID] = BIT(CAP_SYS_ADMIN),
	[CAPS_ATTACH] = BIT(CAP_NET_ADMIN),
};

static int effective(uint64_t *caps)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, data))
		return -1;
	*caps = (uint64_t)data[1].effective << 32 | data[0].effective;
	return 0;
}

int caps_lacking(enum caps_step step, char *buf, size_t size)
{
	uint64_t have, lack;
	size_t len = 0;
	int n = 0;

	*buf = '\0';
	if (effective(&have))
		return 0;
	if (step <= CAPS_LOAD_EXT && have & BIT(CAP_SYS_ADMIN))
		return 0;
	lack = needed[step] & ~have;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(lack & BIT(names[i].number)) || len >= size)
			continue;
		len += snprintf(buf + len, size - len, "%s%s", n++ ? " and " : "", names[i].name);
	}
	return n;
}
