// SPDX-License-Identifier: GPL-2.0-or-later
/* The installed libxdp. */
#include "dispatcher/libxdp.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "dispatcher/dispatcher_btf.h"
#include "model/format.h"

#define OBJECT_NAME "xdp-dispatcher.o"

/* Where libraries are; with @machines also in a directory in there for one kind of machine,
 * such as x86_64-linux-gnu. */
static const struct {
	const char *path;
	bool machines;
} lib_dirs[] = {
	{ "/usr/lib", true },
	{ "/usr/lib64", false },
	{ "/usr/local/lib", true },
	{ "/usr/local/lib64", false },
};

static int cannot_tell(const char *path, int err, const char *why, struct report *r)
{
	return report_fail(
		r, STATUS_NOT_TRIED, err,
		"Cannot find out from %s which format the installed libxdp reads: %s; choose one with \"format\"",
		path, why);
}

/* @err: errno, or one of libbpf's own numbers, which mean that the file is damaged.  libbpf
 * says ENOENT or ENODATA of a file without BTF, by its version. */
static int not_read(const char *path, int err, struct report *r)
{
	if (err >= __LIBBPF_ERRNO__START)
		return cannot_tell(path, EINVAL, "it is not a BPF object file", r);
	if (err == ENOENT || err == ENODATA)
		return cannot_tell(path, EINVAL, "it has no BTF", r);
	return cannot_tell(path, err, strerror(err), r);
}

/* Raise @version to that of the object in a directory, if there is one. */
static int read_version(const char *dir, unsigned int *version, struct report *r)
{
	struct btf *btf;
	char path[PATH_MAX];
	struct stat st;
	unsigned int v;

	if (snprintf(path, sizeof(path), "%s/" OBJECT_NAME, dir) >= (int)sizeof(path))
		return 0;
	if (stat(path, &st))
		return errno == ENOENT || errno == ENOTDIR
			       ? 0
			       : cannot_tell(path, errno, strerror(errno), r);
	/* To open a FIFO would take until somebody writes to it. */
	if (!S_ISREG(st.st_mode))
		return not_read(path, __LIBBPF_ERRNO__START, r);
	btf = btf__parse_elf(path, NULL);
	if (!btf)
		return not_read(path, errno, r);
	v = dispatcher_btf_version(btf);
	if (v > *version)
		*version = v;
	btf__free(btf);
	return 0;
}

static int is_machine(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strchr(entry->d_name, '-');
}

static int read_machines(const char *lib, unsigned int *version, struct report *r)
{
	struct dirent **machines;
	char dir[PATH_MAX];
	int n = scandir(lib, &machines, is_machine, NULL);
	int err = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : cannot_tell(lib, errno, strerror(errno), r);
	for (int i = 0; i < n; i++) {
		snprintf(dir, sizeof(dir), "%s/%s/bpf", lib, machines[i]->d_name);
		if (!err)
			err = read_version(dir, version, r);
		free(machines[i]);
	}
	free(machines);
	return err;
}

int libxdp_version(unsigned int *version, struct report *r)
{
	const char *only = secure_getenv("LIBXDP_OBJECT_PATH");
	char dir[PATH_MAX];
	int err = 0;

	*version = 0;
	if (only)
		return read_version(only, version, r);
	for (size_t i = 0; !err && i < sizeof(lib_dirs) / sizeof(lib_dirs[0]); i++) {
		snprintf(dir, sizeof(dir), "%s/bpf", lib_dirs[i].path);
		err = read_version(dir, version, r);
		if (!err && lib_dirs[i].machines)
			err = read_machines(lib_dirs[i].path, version, r);
	}
	return err;
}

int libxdp_look(struct libxdp *l, struct report *r)
{
	int err = l->known ? 0 : libxdp_version(&l->version, r);

	l->known = !err;
	return err;
}

int libxdp_format(struct libxdp *l, enum chain_format *format, struct report *r)
{
	int err = libxdp_look(l, r);

	*format = l->version == FORMAT_2 ? FORMAT_2 : FORMAT_3;
	return err;
}

bool libxdp_note(struct libxdp *l, const struct chain *c, const char *ifname, char *buf,
		 size_t size)
{
	const struct format *f;
	int len;

	if (!format_is_libxdps(c->format) || libxdp_look(l, NULL) || l->version == c->format)
		return false;
	f = format_of(l->version);
	if (!f || !f->writable)
		return false;
	len = snprintf(buf, size,
		       "libxdp on this machine uses format %u and cannot change this chain",
		       l->version);
	if (len > 0 && (size_t)len < size && !format_lack(f, c))
		snprintf(buf + len, size - len,
			 ": \"ip link xdp multi set dev %s format %u\" rewrites it", ifname,
			 l->version);
	return true;
}
