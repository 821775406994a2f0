// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preloaded (LD_PRELOAD) it lets one allocation of memory fail: number
 * NOMEM_AT of those that the executable NOMEM_EXE makes, from 1. When it does, it
 * writes a byte to the file NOMEM_HIT.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

static long left = -1;

__attribute__((constructor)) static void start(void)
{
	const char *at = getenv("NOMEM_AT"), *exe = getenv("NOMEM_EXE");
	char self[PATH_MAX] = "";

	if (at && exe && readlink("/proc/self/exe", self, sizeof(self) - 1) > 0 &&
	    !strcmp(self, exe))
		left = atol(at);
}

static int is_to_fail(void)
{
	const char *hit;
	int fd;

	if (left <= 0 || --left)
		return 0;
	hit = getenv("NOMEM_HIT");
	fd = hit ? open(hit, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
	if (fd >= 0 && write(fd, "x", 1) == 1)
		close(fd);
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return is_to_fail() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return is_to_fail() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return is_to_fail() ? NULL : __libc_realloc(p, size);
}
