// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the capabilities that a step needs and this process lacks. */
#include "kernel/caps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/nsfs.h>

#include "kernel/token.h"

#define BIT(cap) (1ULL << (cap))

/* PROC_USER_INIT_INO of the kernel, in its headers from Linux 6.18 on. */
#define INITIAL_USERNS 0xEFFFFFFDU

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

/* Its inode number is fixed; without /proc we cannot tell and take it for the initial. */
bool caps_in_container(void)
{
	struct stat st;

	return !stat("/proc/self/ns/user", &st) && st.st_ino != INITIAL_USERNS;
}

bool caps_are_root(void)
{
	uint64_t have = 0;

	return effective(&have) || have & BIT(CAP_SYS_ADMIN);
}

/* Does a user namespace above ours own the network namespace?  Then it cannot be opened. */
static bool netns_is_above(void)
{
	int netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int owner = netns < 0 ? -1 : ioctl(netns, NS_GET_USERNS);
	bool above = netns >= 0 && owner < 0 && errno == EPERM;

	if (owner >= 0)
		close(owner);
	if (netns >= 0)
		close(netns);
	return above;
}

/* Does the kernel ask for the step's rights in a user namespace above ours? */
static bool asks_above(enum caps_step step)
{
	if (!caps_in_container())
		return false;
	switch (step) {
	case CAPS_LOAD_XDP:
	case CAPS_LOAD_EXT:
		return !token_has();
	case CAPS_ATTACH:
		return netns_is_above();
	case CAPS_BY_ID:
		break;
	}
	return true;
}

static const char *where_lacking(enum caps_step step, bool child)
{
	if (!child)
		return "";
	return step == CAPS_ATTACH ? " in the user namespace that owns the network namespace"
				   : " in the initial user namespace";
}

int caps_lacking(enum caps_step step, char buf[CAPS_TEXT_SIZE])
{
	bool child = asks_above(step);
	uint64_t have = 0, lack;
	size_t len = 0;
	int n = 0;

	*buf = '\0';
	if (!child && effective(&have))
		return 0;
	if (step <= CAPS_LOAD_EXT && have & BIT(CAP_SYS_ADMIN))
		return 0;
	lack = needed[step] & ~have;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(lack & BIT(names[i].number)))
			continue;
		len += snprintf(buf + len, CAPS_TEXT_SIZE - len, "%s%s", n++ ? " and " : "",
				names[i].name);
	}
	if (n)
		len += snprintf(buf + len, CAPS_TEXT_SIZE - len, "%s", where_lacking(step, child));
	if (n && child && step <= CAPS_LOAD_EXT)
		snprintf(buf + len, CAPS_TEXT_SIZE - len, "%s", token_lack());
	return n;
}
