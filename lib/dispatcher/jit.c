// SPDX-License-Identifier: GPL-2.0-or-later
/* Is the kernel's JIT compiler at work? */
#include "dispatcher/jit.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "kernel/caps.h"
#include "kernel/kobj.h"
#include "kernel/token.h"

/* In the initial network namespace, and where the kernel has a compiler. */
#define JIT_SYSCTL "/proc/sys/net/core/bpf_jit_enable"

/* Whoever lacks CAP_BPF is told of no compiled program, and a BPF token does not count. */
static bool may_be_told(void)
{
	char lacking[CAPS_TEXT_SIZE];

	return !token_has() && !caps_lacking(CAPS_LOAD_XDP, lacking);
}

static bool is_interpreted(void)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = VERDICT_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "probe", "GPL", insns, 2, NULL);
	struct kobj_prog info;
	bool is = fd >= 0 && !kobj_prog_info(fd, &info, NULL) && !info.compiled;

	if (fd >= 0)
		close(fd);
	return is;
}

bool jit_is_off(char advice[JIT_ADVICE_SIZE])
{
	bool off = may_be_told() && is_interpreted();

	*advice = '\0';
	if (off && !access(JIT_SYSCTL, F_OK))
		snprintf(advice, JIT_ADVICE_SIZE,
			 "the kernel's BPF JIT compiler is off, and chains need it: "
			 "\"sysctl net.core.bpf_jit_enable=1\" turns it on");
	else if (off)
		snprintf(advice, JIT_ADVICE_SIZE,
			 "the kernel's BPF JIT compiler is off or missing, and chains need it: "
			 "see sysctl net.core.bpf_jit_enable");
	return off;
}

int jit_refused(int err, const char *what, struct report *r)
{
	char advice[JIT_ADVICE_SIZE];

	if (err != EINVAL || !jit_is_off(advice))
		return 0;
	return report_fail(r, STATUS_NOT_TRIED, err, "Cannot %s: %s", what, advice);
}
