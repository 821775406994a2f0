// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads text files. */
#include "syntax/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define FIRST_ROOM 65536
#define MAX_SIZE   (16 << 20) /* text_slurp_why() names it */

static const char no_text[] = "it is not a text file";

int text_cannot_read(struct report *r, const char *path, int err)
{
	return report_fail(r, STATUS_NOT_TRIED, err, "Cannot read \"%.800s\": %s", path,
			   err == EILSEQ ? no_text : strerror(err));
}

const char *text_file_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

/* ---- streams ---- */

/* struct slurp - a text that is being read; @text is NULL when out of memory */
struct slurp {
	char *text;
	size_t size;
	size_t room;
};

static struct slurp slurp_begin(void)
{
	return (struct slurp){ .text = malloc(FIRST_ROOM + 1), .room = FIRST_ROOM };
}

/* Make room for more after @got bytes were read.  False with EFBIG if the text is too long,
 * or with ENOMEM. */
static bool slurp_more(struct slurp *s, size_t got)
{
	size_t room = s->room < MAX_SIZE ? s->room * 2 : MAX_SIZE + 1;
	char *bigger;

	s->size += got;
	if (s->size < s->room)
		return true;
	if (s->size > MAX_SIZE) {
		errno = EFBIG;
		return false;
	}
	bigger = realloc(s->text, room + 1);
	if (!bigger)
		return false;
	s->text = bigger;
	s->room = room;
	return true;
}

/* The text, or NULL with errno if it could not be read or contains a NUL. */
static char *slurp_end(struct slurp *s, bool is_read)
{
	if (is_read) {
		s->text[s->size] = '\0';
		if (strlen(s->text) == s->size)
			return s->text;
		errno = EILSEQ;
	}
	free(s->text);
	return NULL;
}

char *text_slurp(FILE *in)
{
	struct slurp s = slurp_begin();
	bool fits = s.text;
	size_t got;

	while (fits && (got = fread(s.text + s.size, 1, s.room - s.size, in)))
		fits = slurp_more(&s, got);
	return slurp_end(&s, fits && !ferror(in));
}

const char *text_slurp_why(int err)
{
	switch (err) {
	case EFBIG:
		return "it is larger than 16 MiB";
	case EILSEQ:
		return no_text;
	case ENOMEM:
		return "out of memory";
	case ETIMEDOUT:
		return "it did not end in time";
	default:
		return strerror(err);
	}
}

static long long now_msec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* As read(); -1 with ETIMEDOUT if nothing can be read until @deadline. */
static ssize_t read_until(int fd, char *to, size_t room, long long deadline)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	long long left = deadline - now_msec();
	int is = poll(&poll_fd, 1, left > 0 ? left : 0);

	if (is > 0)
		return read(fd, to, room);
	if (!is)
		errno = ETIMEDOUT;
	return -1;
}

char *text_slurp_within(int fd, unsigned int msec)
{
	long long deadline = now_msec() + msec;
	struct slurp s = slurp_begin();
	bool fits = s.text;
	ssize_t got = 0;

	while (fits && (got = read_until(fd, s.text + s.size, s.room - s.size, deadline)) > 0)
		fits = slurp_more(&s, got);
	return slurp_end(&s, fits && !got);
}

char *text_read(const char *path, struct report *r)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	char *text = NULL;

	if (in) {
		errno = 0;
		text = text_slurp(in);
	}
	if (!text)
		text_cannot_read(r, path, errno);
	if (in && !is_stdin)
		fclose(in);
	return text;
}

/* ---- regular files ---- */

static bool is_null_device(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

static int check_kind(const struct stat *st, const char *path, bool *masks, struct report *r)
{
	if (masks)
		*masks = is_null_device(st) || (S_ISREG(st->st_mode) && !st->st_size);
	if ((masks && *masks) || S_ISREG(st->st_mode))
		return 0;
	if (S_ISDIR(st->st_mode))
		return text_cannot_read(r, path, EISDIR);
	return report_fail(r, STATUS_NOT_TRIED, EINVAL, "\"%s\" is not a regular file", path);
}

/* Refuse a file that was rewritten in place meanwhile, because we may have half of it. */
static int check_unchanged(int fd, const struct stat *before, const char *path, struct report *r)
{
	struct stat now;

	if (!fstat(fd, &now) && now.st_size == before->st_size &&
	    now.st_mtim.tv_sec == before->st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == before->st_mtim.tv_nsec)
		return 0;
	return report_fail(r, STATUS_RETRY, EAGAIN, "\"%s\" was changed while it was read", path);
}

static int read_open(int fd, const char *path, char **text, bool *masks, struct report *r)
{
	struct stat st;
	FILE *in;
	int err =
		fstat(fd, &st) ? text_cannot_read(r, path, errno) : check_kind(&st, path, masks, r);
	bool nothing = err || (masks && *masks);

	in = nothing ? NULL : fdopen(fd, "r");
	if (!in) {
		close(fd);
		return nothing ? err : report_no_memory(r);
	}
	errno = 0;
	*text = text_slurp(in);
	if (!*text)
		err = text_cannot_read(r, path, errno ? errno : EIO);
	else
		err = check_unchanged(fd, &st, path, r);
	fclose(in);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}

/* If the file was removed after the directory was read, another file may apply now.  A
 * dangling link is an error. */
static int cannot_find(struct report *r, const char *path, int err)
{
	struct stat st;

	text_cannot_read(r, path, err);
	return err == ENOENT && lstat(path, &st) && errno == ENOENT ? -ESTALE : -err;
}

int text_read_regular(const char *path, char **text, bool *masks, struct report *r)
{
	struct stat st;
	int fd, err;

	*text = NULL;
	if (stat(path, &st))
		return cannot_find(r, path, errno);
	err = check_kind(&st, path, masks, r);
	if (err || (masks && *masks))
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	return fd < 0 ? cannot_find(r, path, errno) : read_open(fd, path, text, masks, r);
}

int text_check_root(const char *root, struct report *r)
{
	struct stat st;

	if (!root || !*root)
		return 0;
	if (stat(root, &st))
		return text_cannot_read(r, root, errno);
	return S_ISDIR(st.st_mode) ? 0 : text_cannot_read(r, root, ENOTDIR);
}

/* ---- errors in a file ---- */

int text_blame(const char *path, unsigned int line, struct report *r)
{
	enum status status = r->status == STATUS_REFUSED ? STATUS_REFUSED : STATUS_NOT_TRIED;
	char text[REPORT_ERROR_MAX];

	if (!strncmp(r->error, "Error: ", 7))
		memmove(r->error, r->error + 7, strlen(r->error + 7) + 1);
	snprintf(text, sizeof(text), "%s", report_cause(r));
	report_clear_error(r);
	return report_fail(r, status, EINVAL, "%s:%u: %s", text_file_name(path), line, text);
}

int text_check_last_line(const char *text, const char *path, struct report *r)
{
	unsigned int line = 1;
	const char *p;

	for (p = text; *p; p++)
		line += *p == '\n';
	if (p == text || p[-1] == '\n')
		return 0;
	report_fail(r, STATUS_NOT_TRIED, EINVAL,
		    "the last line has no newline: the file is truncated");
	return text_blame(path, line, r);
}
