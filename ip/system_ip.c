// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the system's ip. */
#include "system_ip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"

/* The paths of ip in distributions. */
#ifndef SYSTEM_IP_PLACES
#define SYSTEM_IP_PLACES "/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum kind {
	KIND_NONE, /* nothing that can be executed */
	KIND_OURS,
	KIND_IPROUTE2,
	KIND_BUSYBOX,
	KIND_OTHER,
};

/* Every version of this program contains it; see scripts/is-ours. */
static const char own_mark[] = "\0ip-xdp-multi";

static bool contains(const char *data, size_t size, const void *text, size_t len)
{
	return memmem(data, size, text, len);
}

static enum kind kind_of_text(const char *data, size_t size)
{
	static const char iproute2[] = "ip utility, iproute2", busybox[] = "BusyBox v";

	if (contains(data, size, own_mark, sizeof(own_mark)))
		return KIND_OURS;
	if (contains(data, size, iproute2, strlen(iproute2)))
		return KIND_IPROUTE2;
	if (contains(data, size, busybox, strlen(busybox)))
		return KIND_BUSYBOX;
	return KIND_OTHER;
}

/* A program that cannot be read may still be executable. */
static enum kind kind_of_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum kind kind = KIND_OTHER;
	struct stat st;
	char *data;

	if (fd < 0)
		return kind;
	if (!fstat(fd, &st) && st.st_size > 0) {
		data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (data != MAP_FAILED) {
			kind = kind_of_text(data, st.st_size);
			munmap(data, st.st_size);
		}
	}
	close(fd);
	return kind;
}

/* Sets errno for KIND_NONE. */
static enum kind kind_of(const char *path)
{
	struct stat st, self;

	if (stat(path, &st))
		return KIND_NONE;
	errno = EACCES;
	if (!S_ISREG(st.st_mode) || access(path, X_OK))
		return KIND_NONE;
	if (!stat("/proc/self/exe", &self) && st.st_dev == self.st_dev && st.st_ino == self.st_ino)
		return KIND_OURS;
	return kind_of_file(path);
}

static const char *find_another(void)
{
	static const char *const places[] = { SYSTEM_IP_PLACES };
	const char *busybox = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		enum kind kind = kind_of(places[i]);

		if (kind == KIND_IPROUTE2)
			return places[i];
		if (kind == KIND_BUSYBOX && !busybox)
			busybox = places[i];
	}
	return busybox;
}

const char *system_ip_find(void)
{
	enum kind kind = kind_of(SYSTEM_IP);
	const char *why = kind == KIND_OURS ? "it is this program itself" : strerror(errno);
	const char *path;

	/* The builder may have chosen another path. */
	if (kind == KIND_IPROUTE2 || kind == KIND_OTHER)
		return SYSTEM_IP;
	path = find_another();
	if (!path && kind == KIND_BUSYBOX)
		path = SYSTEM_IP;
	if (!path)
		fprintf(stderr,
			"Cannot run the system's ip \"%s\": %s, and no iproute2 is in the system's directories\n",
			SYSTEM_IP, why);
	return path;
}
