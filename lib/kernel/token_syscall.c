// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The C library's syscall(), with the BPF token added.
 *
 * libbpf makes each bpf(2) call by it.  This file is linked into the programs that use the
 * shared C library, not into the library of this project: a static program has no other
 * syscall() to go on with.  A shared libbpf finds it only if the program exports it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/token.h"

typedef long syscall_fn(long number, ...);

#define N_ARGUMENTS 6

/* NULL in a static program, which has no other syscall(). */
static syscall_fn *find_libc(void)
{
	static _Atomic(syscall_fn *) libc;
	syscall_fn *found = libc;

	if (!found) {
		*(void **)&found = dlsym(RTLD_NEXT, "syscall");
		libc = found;
	}
	return found;
}

static long bpf_call(syscall_fn *libc, const long *arg)
{
	struct token_call call;
	void *attr = (void *)arg[1];
	/* libbpf passes an unsigned int: the other half of the register can be anything. */
	size_t size = (unsigned int)arg[2];
	long got;

	if (!token_add(token_fd(), arg[0], attr, size, &call))
		return libc(SYS_bpf, arg[0], attr, size, arg[3], arg[4]);
	got = libc(SYS_bpf, arg[0], call.attr, call.size, arg[3], arg[4]);
	token_answer(&call, attr, size);
	if (got < 0 && errno == EPERM) {
		token_refused(arg[0], attr);
		errno = EPERM;
	}
	return got;
}

/* The kernel takes at most six arguments; what the caller did not pass, it does not read. */
__attribute__((visibility("default"))) long syscall(long number, ...)
{
	syscall_fn *libc = find_libc();
	long arg[N_ARGUMENTS];
	va_list list;

	if (!libc) {
		errno = ENOSYS;
		return -1;
	}
	va_start(list, number);
	for (unsigned int i = 0; i < N_ARGUMENTS; i++)
		arg[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_bpf && token_has())
		return bpf_call(libc, arg);
	return libc(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}
