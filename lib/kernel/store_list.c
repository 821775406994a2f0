// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists the directories of pins, and their network namespaces. */
#include "kernel/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/store_internal.h"

/* @parse: which names are those that are wanted */
struct dir_list {
	bool (*parse)(const char *name, struct store_dir *d);
	struct store_dir *at;
	size_t n;
	size_t size;
};

static int append_dir(struct dir_list *l, const struct store_dir *d)
{
	size_t size = l->size ? 2 * l->size : 64;
	struct store_dir *at = l->at;

	if (l->n == l->size) {
		at = reallocarray(at, size, sizeof(*at));
		if (!at)
			return ENOMEM;
		l->at = at;
		l->size = size;
	}
	at[l->n++] = *d;
	return 0;
}

static int compare_dirs(const void *a, const void *b)
{
	return store_compare_dirs(a, b);
}

/* An errno, or 0. */
static int read_dirs(DIR *from, struct dir_list *l)
{
	int err = 0;

	while (!err) {
		const struct dirent *entry;
		struct store_dir d;

		errno = 0;
		entry = readdir(from);
		if (!entry)
			return errno;
		if (entry->d_type == DT_DIR && l->parse(entry->d_name, &d))
			err = append_dir(l, &d);
	}
	return err;
}

static void swap_dirs(struct store_dir *a, struct store_dir *b)
{
	struct store_dir d = *a;

	*a = *b;
	*b = d;
}

/* The kernel lists the youngest first, so those of containers are often in reverse order. */
static void sort_dirs(struct store_dir *at, size_t n)
{
	bool sorted = true;

	for (size_t i = 0; i < n / 2; i++)
		swap_dirs(&at[i], &at[n - 1 - i]);
	for (size_t i = 1; sorted && i < n; i++)
		sorted = store_compare_dirs(&at[i - 1], &at[i]) < 0;
	if (!sorted)
		qsort(at, n, sizeof(*at), compare_dirs);
}

/* NULL with errno */
static DIR *open_list(const struct store *s)
{
	int fd = openat(s->xdp, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *from = fd >= 0 ? fdopendir(fd) : NULL;
	int err = errno;

	if (!from && fd >= 0)
		close(fd);
	errno = err;
	return from;
}

static int list_dirs(const struct store *s, bool (*parse)(const char *, struct store_dir *),
		     struct store_dir **list, size_t *n, struct report *r)
{
	struct dir_list l = { .parse = parse };
	DIR *from;
	int err;

	*list = NULL;
	*n = 0;
	if (s->xdp < 0)
		return 0;
	from = open_list(s);
	err = from ? read_dirs(from, &l) : errno;
	if (from)
		closedir(from);
	if (err) {
		free(l.at);
		return report_fail(r, STATUS_NOT_TRIED, err, "Cannot list %s/" XDP_DIR ": %s",
				   s->path, strerror(err));
	}
	sort_dirs(l.at, l.n);
	*list = l.at;
	*n = l.n;
	return 0;
}

int store_list_dirs(const struct store *s, struct store_dir **list, size_t *n, struct report *r)
{
	return list_dirs(s, store_parse_dir, list, n, r);
}

int store_list_undo_dirs(const struct store *s, struct store_dir **list, size_t *n,
			 struct report *r)
{
	return list_dirs(s, store_parse_undo_dir, list, n, r);
}

static bool parse_any(const char *name, struct store_dir *d)
{
	return store_parse_dir(name, d) || store_parse_undo_dir(name, d);
}

int store_list_all_dirs(const struct store *s, struct store_dir **list, size_t *n, struct report *r)
{
	return list_dirs(s, parse_any, list, n, r);
}

bool store_has_none(const struct store *s, int ifindex)
{
	const struct dirent *entry;
	bool none = true;
	struct store_dir d;
	DIR *from;

	if (s->xdp < 0)
		return true;
	from = open_list(s);
	if (!from)
		return false;
	do {
		errno = 0;
		entry = readdir(from);
		none = !entry || entry->d_type != DT_DIR || !store_parse_dir(entry->d_name, &d) ||
		       d.ifindex != ifindex;
	} while (entry && none);
	none &= !errno;
	closedir(from);
	return none;
}

int store_each_dir(const struct store *s, int (*fn)(const struct store_dir *d, void *arg),
		   void *arg, struct report *r)
{
	struct store_dir *list;
	size_t n;
	int err = store_list_dirs(s, &list, &n, r);

	for (size_t i = 0; !err && i < n; i++)
		err = fn(&list[i], arg);
	free(list);
	return err;
}

/* ---- what is said at them ---- */

/* Nanoseconds that tell a note from a time. */
#define NOTE_NSEC 613206217L

static struct timespec write_note(time_t value)
{
	if (!value)
		return (struct timespec){ .tv_nsec = UTIME_OMIT };
	return (struct timespec){ .tv_sec = value, .tv_nsec = NOTE_NSEC };
}

static time_t read_note(const struct timespec *time)
{
	return time->tv_nsec == NOTE_NSEC ? time->tv_sec : 0;
}

void store_put_note(const struct store *s, const struct store_dir *d, const struct store_note *note)
{
	const struct timespec times[2] = { write_note(note->owner), write_note(note->netns) };
	char name[DIR_NAME_MAX];

	store_dir_name(d, name);
	utimensat(s->xdp, name, times, AT_SYMLINK_NOFOLLOW);
}

int store_look(const struct store *s, const struct store_dir *d, struct store_note *note)
{
	char name[DIR_NAME_MAX];
	struct stat st;

	*note = (struct store_note){ 0 };
	store_dir_name(d, name);
	if (fstatat(s->xdp, name, &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	note->netns = read_note(&st.st_mtim);
	note->owner = read_note(&st.st_atim);
	if (st.st_mode & S_ISVTX)
		return STORE_PENDING;
	return st.st_mode & S_ISGID ? STORE_CHANGING : STORE_SETTLED;
}
