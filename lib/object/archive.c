// SPDX-License-Identifier: GPL-2.0-or-later
/* An archive of object files, named by their digests. */
#include "object/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "object/file.h"

static bool is_kept(const char *path, const char *sha256)
{
	struct file f;
	bool same;

	if (file_read(&f, path, NULL))
		return false;
	same = !strcmp(f.sha256, sha256);
	file_free(&f);
	return same;
}

static int write_all(int fd, const struct file *f)
{
	size_t done = 0;

	while (done < f->size) {
		ssize_t n = write(fd, f->data + done, f->size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += n;
	}
	return fchmod(fd, 0644) || fsync(fd) ? -errno : 0;
}

/* Write to a temporary name first, so that nobody sees an incomplete file. */
static int write_copy(const struct file *f, const char *dir, const char *path, struct report *r)
{
	char *draft;
	int fd, err;

	if (asprintf(&draft, "%s/.%s.XXXXXX", dir, f->sha256) < 0)
		return report_no_memory(r);
	fd = mkostemp(draft, O_CLOEXEC);
	err = fd < 0 ? -errno : write_all(fd, f);
	if (fd >= 0 && close(fd) && !err)
		err = -errno;
	if (!err && rename(draft, path))
		err = -errno;
	if (err && fd >= 0)
		unlink(draft);
	free(draft);
	return err ? report_fail(r, STATUS_NOT_TRIED, -err, "Cannot write \"%s\": %s", path,
				 strerror(-err))
		   : 0;
}

static int copy(const struct origin *o, const char *dir, const char *path, struct report *r)
{
	struct file f;
	int err = file_read(&f, o->object, r);

	if (err)
		return err;
	if (strcmp(f.sha256, o->sha256))
		err = report_fail(
			r, STATUS_REFUSED, EBADMSG,
			"\"%s\" cannot be copied: it has changed since the program was loaded (SHA-256 was %s, is %s)",
			o->object, o->sha256, f.sha256);
	else
		err = write_copy(&f, dir, path, r);
	file_free(&f);
	return err;
}

int archive_object(const struct origin *o, const char *dir, struct report *r)
{
	char *path;
	int err = 0;

	if (strlen(o->sha256) != 64 || strspn(o->sha256, "0123456789abcdef") != 64)
		return report_fail(
			r, STATUS_REFUSED, ENOENT,
			"\"%s\" cannot be copied: it is not known which version of it was loaded",
			o->object);
	if (asprintf(&path, "%s/%s.o", dir, o->sha256) < 0)
		return report_no_memory(r);
	if (!is_kept(path, o->sha256))
		err = copy(o, dir, path, r);
	free(path);
	return err;
}
