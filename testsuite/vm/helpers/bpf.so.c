// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preloaded into the programs of a test (LD_PRELOAD) it stands between them and
 * bpf(2). What it does is said by the environment:
 *
 *	REFUSE_EXT=PATH	that executable may not load extension programs, as on a
 *			host whose policy refuses them
 *	MADE=FILE	every program, map and link that is made is written
 *			there, as "prog ID", "map ID" or "link ID"
 *
 * libbpf makes its system calls by syscall(2) of the C library.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

typedef long (*syscall_fn)(long number, ...);

long syscall(long number, ...);

static syscall_fn real_syscall(void)
{
	static syscall_fn fn;

	if (!fn)
		fn = (syscall_fn)dlsym(RTLD_NEXT, "syscall");
	return fn;
}

static int is_refused(const union bpf_attr *attr)
{
	const char *path = getenv("REFUSE_EXT");
	char self[PATH_MAX];
	ssize_t n;

	if (!path || attr->prog_type != BPF_PROG_TYPE_EXT)
		return 0;
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n < 0)
		return 0;
	self[n] = '\0';
	return !strcmp(self, path);
}

static const char *kind_made(int cmd)
{
	switch (cmd) {
	case BPF_PROG_LOAD:
		return "prog";
	case BPF_MAP_CREATE:
		return "map";
	case BPF_LINK_CREATE:
	case BPF_RAW_TRACEPOINT_OPEN:
		return "link";
	}
	return NULL;
}

/* The information about each of them begins with its type and its id, but for
 * links and programs alike; of a map too. */
static void note_made(const char *kind, int made)
{
	const char *path = getenv("MADE");
	unsigned int info[2] = { 0 };
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = made;
	attr.info.info_len = sizeof(info);
	attr.info.info = (unsigned long)info;
	if (!path || real_syscall()(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)))
		return;
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return;
	dprintf(fd, "%s %u\n", kind, info[1]);
	close(fd);
}

static long call_bpf(int cmd, union bpf_attr *attr, unsigned int size)
{
	const char *kind = kind_made(cmd);
	int error;
	long fd;

	if (cmd == BPF_PROG_LOAD && is_refused(attr)) {
		errno = EPERM;
		return -1;
	}
	fd = real_syscall()(SYS_bpf, cmd, attr, size);
	if (fd < 0 || !kind)
		return fd;
	error = errno;
	note_made(kind, fd);
	errno = error;
	return fd;
}

long syscall(long number, ...)
{
	long arg[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	if (number == SYS_bpf)
		return call_bpf(arg[0], (union bpf_attr *)arg[1], arg[2]);
	return real_syscall()(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}
