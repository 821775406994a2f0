// SPDX-License-Identifier: GPL-2.0-or-later
/* Whole files in memory, with their digest. */
#include "object/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <sha256.h>

#define MAX_SIZE (64 << 20)

static int cannot(struct report *r, const char *path, int err)
{
	return report_fail(r, STATUS_NOT_TRIED, err, "Cannot read \"%s\": %s", path, strerror(err));
}

static int read_all(int fd, struct file *f)
{
	size_t done = 0;

	while (done < f->size) {
		ssize_t n = read(fd, f->data + done, f->size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return -EIO; /* the file shrank while we read it */
		done += n;
	}
	return 0;
}

static int read_fd(struct file *f, int fd, const char *path, struct report *r)
{
	struct stat st;
	int err;

	if (fstat(fd, &st))
		return cannot(r, path, errno);
	if (!S_ISREG(st.st_mode))
		return report_fail(r, STATUS_NOT_TRIED, EINVAL, "\"%s\" is not a regular file",
				   path);
	if (st.st_size > MAX_SIZE)
		return cannot(r, path, EFBIG);
	f->size = st.st_size;
	f->data = malloc(f->size + 1);
	err = f->data ? read_all(fd, f) : -ENOMEM;
	if (err)
		return cannot(r, path, -err);
	SHA256Data((const uint8_t *)f->data, f->size, f->sha256);
	return 0;
}

int file_read(struct file *f, const char *path, struct report *r)
{
	int fd, err;

	memset(f, 0, sizeof(*f));
	f->asked = path;
	/* Nonblocking: a FIFO must not block us before it is refused. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return cannot(r, path, errno);
	if (!realpath(path, f->path))
		err = cannot(r, path, errno);
	else
		err = read_fd(f, fd, path, r);
	close(fd);
	if (err)
		file_free(f);
	return err;
}

int file_reread(struct file *f, const char *path, struct report *r)
{
	if (f->data && !strcmp(f->asked, path))
		return 0;
	file_free(f);
	return file_read(f, path, r);
}

void file_free(struct file *f)
{
	free(f->data);
	f->data = NULL;
	f->size = 0;
}
