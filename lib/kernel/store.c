// SPDX-License-Identifier: GPL-2.0-or-later
/* The bpffs: directories of pins below <bpffs>/xdp. */
#include "kernel/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "kernel/store_internal.h"
#include "kernel/token.h"

#define DEFAULT_ROOT   "/sys/fs/bpf"
#define ROOT_VARIABLE  "LIBXDP_BPFFS"
#define OPEN_DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static const mode_t mark_mode[] = {
	[STORE_SETTLED] = 0700,
	[STORE_PENDING] = 0700 | S_ISVTX,
	[STORE_CHANGING] = 0700 | S_ISGID,
};

/* ---- the root and "xdp" ---- */

static int find_root(struct store *s, struct report *r)
{
	const char *dir = secure_getenv(ROOT_VARIABLE);
	int len;

	/*
	 * secure_getenv() hides the variable from a program with raised privileges;
	 * continuing with the default would silently use another bpffs than the requested
	 * one.
	 */
	if (getauxval(AT_SECURE) && getenv(ROOT_VARIABLE))
		return report_fail(r, STATUS_NOT_TRIED, EPERM,
				   ROOT_VARIABLE
				   " is ignored in a program with raised privileges: unset it");
	if (!dir || !dir[0])
		dir = DEFAULT_ROOT;
	len = snprintf(s->path, sizeof(s->path), "%s", dir);
	if (len >= (int)sizeof(s->path))
		return report_fail(r, STATUS_NOT_TRIED, ENAMETOOLONG, ROOT_VARIABLE " is too long");
	return 0;
}

static bool is_bpffs(int fd)
{
	struct statfs fs;

	/* 32-bit machines have a signed f_type: compare as the kernel does */
	return fstatfs(fd, &fs) == 0 && (__u32)fs.f_type == BPF_FS_MAGIC;
}

/* Of a line of a mount table: "ID PARENT MAJOR:MINOR ..." */
static dev_t mounted_device(const char *line)
{
	unsigned long dev_major;
	char *at;

	strtoul(line, &at, 10);
	strtoul(at, &at, 10);
	dev_major = strtoul(at, &at, 10);
	return *at == ':' ? makedev(dev_major, strtoul(at + 1, NULL, 10)) : 0;
}

/*
 * Does the mount namespace of process 1 lack this bpffs?  Then it, and every
 * chain pinned on it, is gone as soon as our mount namespace is.
 *
 * The mount table is asked rather than /proc/1/root/sys/fs/bpf: it can be read
 * without rights over process 1, and a bpffs that the administrator mounted
 * elsewhere ($LIBXDP_BPFFS) lasts as long.  Every mount of type bpf is a file
 * system of its own, so that the device number identifies it.  Where init has
 * no bpffs at all the answer is yes, and right.  In a container, process 1 is
 * the container's; nothing outlives it that we could name.  Where the table
 * cannot be read, nothing is claimed.
 */
static bool missing_in_init(int root)
{
	bool missing = true;
	char *line = NULL;
	size_t size = 0;
	struct stat st;
	FILE *f;

	if (fstat(root, &st) < 0)
		return false;
	f = fopen("/proc/1/mountinfo", "re");
	if (!f)
		return false;
	while (missing && getline(&line, &size, f) > 0)
		missing = mounted_device(line) != st.st_dev;
	if (missing && !feof(f))
		missing = false;
	free(line);
	fclose(f);
	return missing;
}

static const char netns_hint[] = ", or use \"-n\" instead of \"ip netns exec\", which hides it";

static int open_root(struct store *s, struct report *r)
{
	struct stat st;
	int err;

	s->root = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->root < 0)
		return report_fail(r, STATUS_NOT_TRIED, errno, "Cannot open the bpffs %s: %s",
				   s->path, strerror(errno));
	if (!is_bpffs(s->root) || fstat(s->root, &st) < 0) {
		close(s->root);
		s->root = -1;
		return report_fail(
			r, STATUS_NOT_TRIED, ENODEV,
			"No bpffs is mounted on %s: mount it with \"mount -t bpf bpf %s\"%s",
			s->path, s->path, strcmp(s->path, DEFAULT_ROOT) ? "" : netns_hint);
	}
	s->dev = st.st_dev;
	err = token_open(s->root, r);
	if (err) {
		close(s->root);
		s->root = -1;
	}
	return err;
}

bool store_is_private(struct store *s)
{
	/* The host has mounted it for the container to keep. */
	if (token_has())
		return false;
	if (!s->asked_init)
		s->not_init = missing_in_init(s->root);
	s->asked_init = true;
	return s->not_init;
}

static int distrust(const char *path, const char *name, const char *why, struct report *r)
{
	return report_fail(r, STATUS_NOT_TRIED, EPERM, "%s/%s %s; remove or correct it", path, name,
			   why);
}

/* Is this file under the control of root and our user only? */
static int check_dir(const struct store *s, int fd, const char *name, struct report *r)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return report_fail(r, STATUS_NOT_TRIED, errno, "Cannot stat %s/%s: %s", s->path,
				   name, strerror(errno));
	if (st.st_dev != s->dev)
		return distrust(s->path, name, "is on another file system", r);
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return distrust(s->path, name, "belongs to another user", r);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return distrust(s->path, name, "is writable by others", r);
	return 0;
}

/* A directory, by its name below @at; @shown is its name as seen from the root.  An fd,
 * -ENOENT (silent), or -errno with a sentence. */
static int open_checked(const struct store *s, int at, const char *name, const char *shown,
			struct report *r)
{
	int fd, err;

	fd = openat(at, name, OPEN_DIR_FLAGS);
	if (fd < 0) {
		err = errno;
		if (err == ENOENT)
			return -ENOENT;
		if (err == ELOOP || err == ENOTDIR)
			return distrust(s->path, shown, "is not a directory", r);
		return report_fail(r, STATUS_NOT_TRIED, err, "Cannot open %s/%s: %s", s->path,
				   shown, strerror(err));
	}
	err = check_dir(s, fd, shown, r);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

/*
 * The system's ip, when it is the first to use a bpffs, makes "xdp" a symbolic
 * link to its own directory beside it, which libxdp then uses like any other.
 * Such a link is followed if it is root's or ours and leads no further.
 */
void store_resolve_xdp(const struct store *s, char *name, struct stat *st)
{
	char target[PATH_MAX];
	size_t root = strlen(s->path), len;
	const char *rest = target;
	ssize_t got;

	strcpy(name, XDP_DIR);
	if (fstatat(s->root, XDP_DIR, st, AT_SYMLINK_NOFOLLOW)) {
		*st = (struct stat){ 0 };
		return;
	}
	if (!S_ISLNK(st->st_mode) || (st->st_uid != 0 && st->st_uid != geteuid()))
		return;
	got = readlinkat(s->root, XDP_DIR, target, sizeof(target) - 1);
	if (got <= 0)
		return;
	target[got] = '\0';
	if (!strncmp(rest, s->path, root) && rest[root] == '/')
		rest += root + 1;
	len = strcspn(rest, "/");
	if (!len || len > NAME_MAX || *rest == '.' || rest[len + !!rest[len]])
		return;
	memcpy(name, rest, len);
	name[len] = '\0';
}

int store_open_xdp(const struct store *s, struct report *r)
{
	char name[NAME_MAX + 1];
	struct stat st;

	store_resolve_xdp(s, name, &st);
	return open_checked(s, s->root, name, XDP_DIR, r);
}

/* A missing directory is not an error. */
static int open_xdp(struct store *s, struct report *r)
{
	int err = store_open_xdp(s, r);

	if (err >= 0) {
		s->xdp = err;
		return 0;
	}
	if (err == -ENOENT)
		return 0;
	store_close(s);
	return err;
}

int store_open(struct store *s, struct report *r)
{
	int err;

	*s = (struct store){ .root = -1, .xdp = -1 };
	err = find_root(s, r);
	if (!err)
		err = open_root(s, r);
	return err ? err : open_xdp(s, r);
}

/* A lock belongs to the open file, not to the process: it stays with the parent. */
int store_reopen(struct store *s, struct report *r)
{
	if (s->xdp >= 0)
		close(s->xdp);
	s->xdp = -1;
	s->locked = false;
	return open_xdp(s, r);
}

void store_close(struct store *s)
{
	store_unlock(s);
	if (s->xdp >= 0)
		close(s->xdp);
	if (s->root >= 0)
		close(s->root);
	s->xdp = -1;
	s->root = -1;
}

/* ---- directories ---- */

/* "xdp/dispatch-4-29": what to call a directory in a message */
static void shown_name(const char *name, char *buf)
{
	snprintf(buf, DIR_NAME_MAX + 8, XDP_DIR "/%s", name);
}

int store_check_writable(const struct store *s, struct report *r)
{
	if (s->xdp < 0 || !faccessat(s->xdp, ".", W_OK | X_OK, AT_EACCESS))
		return 0;
	return report_fail(r, STATUS_NOT_TRIED, errno, "Cannot change %s/" XDP_DIR ": %s", s->path,
			   strerror(errno));
}

int store_create_dir(struct store *s, const struct store_dir *d, struct report *r)
{
	char name[DIR_NAME_MAX], shown[DIR_NAME_MAX + 8];
	bool made;
	int fd;

	store_dir_name(d, name);
	shown_name(name, shown);
	/* A killed "share" leaves an incomplete directory of a dispatcher that is still in
	 * use: fill it up. */
	made = mkdirat(s->xdp, name, mark_mode[STORE_PENDING]) == 0;
	if (!made && errno != EEXIST)
		return report_fail(r, STATUS_REFUSED, errno, "Cannot create %s/%s: %s", s->path,
				   shown, strerror(errno));
	fd = open_checked(s, s->xdp, name, shown, r);
	if (fd == -ENOENT)
		return report_fail(r, STATUS_REFUSED, ENOENT, "%s/%s has just been removed",
				   s->path, shown);
	if (fd < 0 && made)
		unlinkat(s->xdp, name, AT_REMOVEDIR);
	return fd;
}

void store_set_mark(const struct store *s, const struct store_dir *d, enum store_mark mark)
{
	char name[DIR_NAME_MAX];

	store_dir_name(d, name);
	/* Best effort: there is nothing else to do where it fails. */
	if (fchmodat(s->xdp, name, mark_mode[mark], 0))
		return;
}

int store_mark(const struct store *s, const struct store_dir *d)
{
	struct store_note note;

	return store_look(s, d, &note);
}

bool store_is_pending(const struct store *s, const struct store_dir *d)
{
	return store_mark(s, d) == STORE_PENDING;
}

bool store_has_pin(const struct store *s, const struct store_dir *d, const char *pin)
{
	char name[DIR_NAME_MAX], path[2 * DIR_NAME_MAX];

	store_dir_name(d, name);
	snprintf(path, sizeof(path), "%s/%.63s", name, pin);
	return !faccessat(s->xdp, path, F_OK, AT_SYMLINK_NOFOLLOW);
}

int store_open_dir(struct store *s, const struct store_dir *d, struct report *r)
{
	char name[DIR_NAME_MAX], shown[DIR_NAME_MAX + 8];

	if (s->xdp < 0)
		return -ENOENT;
	store_dir_name(d, name);
	shown_name(name, shown);
	return open_checked(s, s->xdp, name, shown, r);
}
