// SPDX-License-Identifier: GPL-2.0-or-later
/* Pins in the bpffs. */
#include "kernel/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/magic.h>

#include "kernel/held.h"
#include "kernel/store_internal.h"
#include "kernel/token.h"
#include "xdp_dispatcher.h"

/* bpf(2) takes paths only, or a directory fd too but from kernel 6.5 on. */
static int pin_path(int dir, const char *name, char path[FD_PATH_MAX])
{
	int len;

	if (!name[0] || strchr(name, '/') || name[0] == '.')
		return -EINVAL;
	len = snprintf(path, FD_PATH_MAX, "/proc/self/fd/%d/%s", dir, name);
	return len < FD_PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* If that name exists, only /proc can be missing.  On a read-only bpffs programs and maps
 * can be had for reading, links not at all. */
static int get_object(int dir, const char *name)
{
	LIBBPF_OPTS(bpf_obj_get_opts, read_only, .file_flags = BPF_F_RDONLY);
	char path[FD_PATH_MAX];
	struct stat st;
	int fd, err;

	err = pin_path(dir, name, path);
	if (err)
		return err;
	fd = bpf_obj_get(path);
	if (fd < 0 && errno == EROFS) {
		fd = bpf_obj_get_opts(path, &read_only);
		if (fd < 0)
			errno = EROFS;
	}
	if (fd >= 0)
		return fd;
	err = errno;
	if (err == ENOENT && !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		err = ENOSYS;
	return -err;
}

/* Pins are reached through /proc. */
static const char *reason(int err)
{
	if ((err == ENOENT || err == ENOSYS) && access("/proc/self/fd", F_OK))
		return "/proc is not mounted";
	return strerror(err);
}

/* The descriptions of programs, maps and links all begin with type and id. */
static bool same_object(int a, int b)
{
	struct {
		__u32 type, id;
		char rest[1024];
	} info[2] = { 0 };
	__u32 len[2] = { sizeof(info[0]), sizeof(info[1]) };

	return !bpf_obj_get_info_by_fd(a, &info[0], &len[0]) &&
	       !bpf_obj_get_info_by_fd(b, &info[1], &len[1]) && info[0].type == info[1].type &&
	       info[0].id == info[1].id;
}

static bool is_pinned(int dir, const char *name, int fd)
{
	int there = get_object(dir, name);
	bool same = there >= 0 && same_object(there, fd);

	if (there >= 0)
		close(there);
	return same;
}

int store_pin(int dir, const char *name, int fd, struct report *r)
{
	char path[FD_PATH_MAX];
	int err;

	err = pin_path(dir, name, path);
	if (!err)
		err = bpf_obj_pin(fd, path) < 0 ? -errno : 0;
	if (err == -EEXIST && is_pinned(dir, name, fd))
		return 0;
	if (err)
		return report_fail(r, STATUS_REFUSED, -err, "Cannot pin \"%s\": %s", name,
				   reason(-err));
	return 0;
}

int store_get(int dir, const char *name, struct report *r)
{
	int fd = get_object(dir, name);

	if (fd >= 0 || fd == -ENOENT)
		return fd;
	return report_fail(r, STATUS_NOT_TRIED, -fd, "Cannot open the pin \"%s\": %s", name,
			   reason(-fd));
}

int store_pin_path(const char *path, int fd, struct report *r)
{
	if (bpf_obj_pin(fd, path) < 0)
		return report_fail(r, STATUS_REFUSED, errno, "Cannot pin \"%s\": %s", path,
				   strerror(errno));
	return 0;
}

/* For any other file the kernel returns EACCES. */
static bool is_elsewhere(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && (__u32)fs.f_type != BPF_FS_MAGIC;
}

int store_get_path(const char *path, struct report *r)
{
	int fd = bpf_obj_get(path);

	if (fd >= 0)
		return fd;
	if (errno == ENOENT)
		return -ENOENT;
	if (errno == EACCES && is_elsewhere(path))
		return report_fail(r, STATUS_NOT_TRIED, EACCES,
				   "Cannot open the pin \"%s\": it is not on a BPF filesystem",
				   path);
	return report_fail(r, STATUS_NOT_TRIED, errno, "Cannot open the pin \"%s\": %s", path,
			   strerror(errno));
}

/* Unpin slot by slot as libxdp does; false at the first that has no pin. */
static bool unpin_slot(int dir, int slot)
{
	char name[32];
	bool found;

	snprintf(name, sizeof(name), "prog%d-link", slot);
	found = unlinkat(dir, name, 0) == 0;
	snprintf(name, sizeof(name), "prog%d-prog", slot);
	return unlinkat(dir, name, 0) == 0 || found;
}

static int is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

#ifndef __GLIBC__
/* musl has no scandirat(). */
static int scandirat(int dir, const char *path, struct dirent ***entries,
		     int (*wanted)(const struct dirent *),
		     int (*compare)(const struct dirent **, const struct dirent **))
{
	char name[64];

	snprintf(name, sizeof(name), "/proc/self/fd/%d/%s", dir, path);
	return scandir(name, entries, wanted, compare);
}
#endif

/* What a change removed may be asked for once more before it ends, such as counters. */
static void keep_map(int dir, const char *name)
{
	int fd = token_has() ? store_get(dir, name, NULL) : -1;

	if (fd >= 0 && held_is(fd, HELD_MAP) > 0)
		token_keep(fd);
	else if (fd >= 0)
		close(fd);
}

/* Unpin everything else; a pin that cannot be removed does not stop the others. */
static int unpin_rest(int dir)
{
	struct dirent **entries;
	int n, err = 0;

	n = scandirat(dir, ".", &entries, is_entry, NULL);
	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		keep_map(dir, entries[i]->d_name);
		if (unlinkat(dir, entries[i]->d_name, 0) < 0 && !err)
			err = -errno;
		free(entries[i]);
	}
	free(entries);
	return err;
}

static bool is_among(const char *name, const char *const *names, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static int copy_pin(int from, int to, const char *name, struct report *r)
{
	int fd = store_get(from, name, r);
	int err = fd < 0 ? fd : store_pin(to, name, fd, r);

	if (fd >= 0)
		close(fd);
	if (err == -ENOENT)
		report_fail(r, STATUS_RETRY, ENOENT, "The pin \"%s\" has just been removed", name);
	return err;
}

int store_copy_pins(int from, int to, const char *const *except, unsigned int n, struct report *r)
{
	struct dirent **entries;
	int n_entries = scandirat(from, ".", &entries, is_entry, NULL), err = 0;

	if (n_entries < 0)
		return report_fail(r, STATUS_NOT_TRIED, errno, "Cannot list pins: %s",
				   strerror(errno));
	for (int i = 0; i < n_entries; i++) {
		if (!err && !is_among(entries[i]->d_name, except, n))
			err = copy_pin(from, to, entries[i]->d_name, r);
		free(entries[i]);
	}
	free(entries);
	return err;
}

int store_unpin(int dir, const char *name, struct report *r)
{
	if (!unlinkat(dir, name, 0) || errno == ENOENT)
		return 0;
	return report_fail(r, STATUS_REFUSED, errno, "Cannot unpin \"%s\": %s", name,
			   strerror(errno));
}

int store_remove_dir(struct store *s, const struct store_dir *d, struct report *r)
{
	char name[DIR_NAME_MAX];
	int dir, err;

	dir = store_open_dir(s, d, r);
	if (dir < 0)
		return dir == -ENOENT ? 0 : dir;
	for (int slot = 0; slot < XDP_MULTI_MAX_SLOTS && unpin_slot(dir, slot); slot++)
		;
	store_dir_name(d, name);
	err = unlinkat(s->xdp, name, AT_REMOVEDIR) ? -errno : 0;
	if (err == -ENOTEMPTY) {
		err = unpin_rest(dir);
		if (!err && unlinkat(s->xdp, name, AT_REMOVEDIR))
			err = -errno;
	}
	close(dir);
	if (err && err != -ENOENT)
		return report_fail(r, STATUS_REFUSED, -err, "Cannot remove %s/" XDP_DIR "/%s: %s",
				   s->path, name, strerror(-err));
	return 0;
}
