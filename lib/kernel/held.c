// SPDX-License-Identifier: GPL-2.0-or-later
/* BPF objects that this process has open or can open by their pins. */
#include "kernel/held.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/kobj.h"
#include "kernel/store.h"
#include "kernel/token.h"

/* The kernel shows the kind of a file descriptor only in its name. */
int held_is(int fd, enum held_kind kind)
{
	static const char *const words[] = {
		[HELD_PROG] = "bpf-prog",
		[HELD_MAP] = "bpf-map",
		[HELD_LINK] = "link", /* "bpf_link" or "bpf-link" */
	};
	char path[64], text[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	len = readlink(path, text, sizeof(text) - 1);
	if (len < 0)
		return errno == ENOENT ? 0 : -errno;
	text[len] = '\0';
	return strstr(text, "bpf") && strstr(text, words[kind]);
}

/* Its id into @id, 0 if it is of another kind; or -errno. */
static int id_of(int fd, enum held_kind kind, __u32 *id)
{
	struct kobj_prog prog = { 0 };
	struct kobj_link link = { 0 };
	struct kobj_map map = { 0 };
	int err = 0, is = held_is(fd, kind);

	*id = 0;
	if (is <= 0)
		return is;
	switch (kind) {
	case HELD_PROG:
		err = kobj_prog_info(fd, &prog, NULL);
		*id = prog.id;
		break;
	case HELD_MAP:
		err = kobj_map_info(fd, &map, NULL);
		*id = map.id;
		break;
	case HELD_LINK:
		err = kobj_link_info(fd, &link, NULL);
		*id = link.id;
		break;
	}
	return err;
}

/*
 * struct search - @see is called with the fd of each object, its own or one that is closed
 * afterwards, and ends the search with a value other than 0
 * @name: look only at pins of this name
 * @err: what could not be searched
 */
struct search {
	int (*see)(struct search *s, int fd);
	enum held_kind kind;
	__u32 id;
	const char *name;
	int (*fn)(int fd, void *arg);
	void *arg;
	__u32 *seen;
	size_t n_seen;
	int err;
};

/* A shortage says more than what follows it. */
static void note(struct search *s, int err)
{
	if (!kobj_is_shortage(-s->err))
		s->err = err;
}

static struct dirent *next(struct search *s, DIR *dir)
{
	struct dirent *e;

	errno = 0;
	e = readdir(dir);
	if (!e && errno)
		note(s, -errno);
	return e;
}

static int search_own(struct search *s)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;
	int found = 0;

	if (!dir)
		note(s, -errno);
	while (dir && !found && (e = next(s, dir)))
		if (*e->d_name != '.')
			found = s->see(s, atoi(e->d_name));
	if (dir)
		closedir(dir);
	return found;
}

/* Takes @fd. */
static DIR *open_list(struct search *s, int fd)
{
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir)
		note(s, -errno);
	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

static int search_pin(struct search *s, int dir, const char *name)
{
	int fd = store_get(dir, name, NULL);
	int found;

	if (fd < 0) {
		if (fd != -ENOENT)
			note(s, fd);
		return 0;
	}
	found = s->see(s, fd);
	close(fd);
	return found;
}

static int search_dir(struct search *s, int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *e;
	int found = 0;
	DIR *dir;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd >= 0 && s->name) {
		found = search_pin(s, fd, s->name);
		close(fd);
		return found;
	}
	dir = open_list(s, fd);
	while (dir && !found && (e = next(s, dir)))
		if (e->d_type == DT_REG)
			found = search_pin(s, dirfd(dir), e->d_name);
	if (dir)
		closedir(dir);
	return found;
}

static int search_pins(struct search *s)
{
	int fd = token_xdp(), found = 0;
	struct dirent *e;
	DIR *dir;

	if (fd == -ENOENT)
		return 0;
	dir = open_list(s, fd);
	while (dir && !found && (e = next(s, dir)))
		if (*e->d_name != '.')
			found = search_dir(s, dirfd(dir), e->d_name);
	if (dir)
		closedir(dir);
	return found;
}

/* ---- by id ---- */

static int see_wanted(struct search *s, int fd)
{
	__u32 id;
	int copy, err = id_of(fd, s->kind, &id);

	if (err)
		note(s, err);
	if (err || id != s->id)
		return 0;
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return copy < 0 ? -errno : copy;
}

const char *held_map_pin(__u32 id, char buf[HELD_PIN_SIZE])
{
	snprintf(buf, HELD_PIN_SIZE, "map%u", id);
	return buf;
}

/* A name says where to look first; the object itself says what it is. */
int held_open(enum held_kind kind, __u32 id)
{
	struct search s = { .see = see_wanted, .kind = kind, .id = id };
	char name[HELD_PIN_SIZE];
	int fd = search_own(&s);

	s.name = kind == HELD_MAP ? held_map_pin(id, name) : STORE_DISPATCHER_PIN;
	if (!fd)
		fd = search_pins(&s);
	s.name = NULL;
	if (!fd)
		fd = search_pins(&s);
	if (!fd)
		fd = kobj_is_shortage(-s.err) ? s.err : -EPERM;
	return fd;
}

/* ---- of another process ---- */

/* 1, 0, or -errno.  A descriptor may have been closed meanwhile. */
static int shows_map(int dir, const char *name, __u32 map)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char line[128];
	bool is = false;
	__u32 id;

	if (!f && fd >= 0)
		close(fd);
	if (!f)
		return errno == ENOENT ? 0 : -errno;
	while (!is && fgets(line, sizeof(line), f))
		is = sscanf(line, "map_id: %u", &id) == 1 && id == map;
	fclose(f);
	return is;
}

int held_by(pid_t pid, __u32 map)
{
	struct dirent *e;
	char path[64];
	int is = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo", (int)pid);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT && !access("/proc/self/fdinfo", F_OK) ? 0 : -errno;
	for (errno = 0; !is && (e = readdir(dir)); errno = 0)
		if (*e->d_name != '.')
			is = shows_map(dirfd(dir), e->d_name, map);
	/* It can end while it is looked at. */
	if (!is && errno && errno != ENOENT && errno != ESRCH)
		is = -errno;
	closedir(dir);
	return is;
}

/* ---- all links ---- */

static bool was_seen(const struct search *s, __u32 id)
{
	for (size_t i = 0; i < s->n_seen; i++)
		if (s->seen[i] == id)
			return true;
	return false;
}

/* Chains share links, and so there can be many pins of one. */
static int see_link(struct search *s, int fd)
{
	__u32 id, *more;
	int err = id_of(fd, HELD_LINK, &id);

	if (kobj_is_shortage(-err))
		note(s, err);
	if (err || !id || was_seen(s, id))
		return 0;
	more = realloc(s->seen, (s->n_seen + 1) * sizeof(*more));
	if (!more) {
		note(s, -ENOMEM);
		return 0;
	}
	s->seen = more;
	s->seen[s->n_seen++] = id;
	return s->fn(fd, s->arg);
}

int held_each_link(int (*fn)(int fd, void *arg), void *arg, struct report *r)
{
	struct search s = { .see = see_link, .fn = fn, .arg = arg };
	int found = search_pins(&s);

	free(s.seen);
	if (found || !s.err)
		return found;
	return report_fail(r, STATUS_NOT_TRIED, -s.err, "Cannot list the links of chains: %s",
			   strerror(-s.err));
}
