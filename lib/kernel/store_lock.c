// SPDX-License-Identifier: GPL-2.0-or-later
/* The lock on <bpffs>/xdp that libxdp and we share. */
#include "kernel/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "kernel/caps.h"
#include "kernel/store_internal.h"

#define NSEC_PER_MSEC 1000000LL
#define NSEC_PER_SEC  1000000000LL
#define PAUSE_MIN     NSEC_PER_MSEC
#define PAUSE_MAX     (10 * NSEC_PER_MSEC)
#define PAUSE_EAGER   NSEC_PER_MSEC
#define PAUSE_YIELD   (10 * NSEC_PER_MSEC) /* for who was woken to take the lock */
#define ASK_AGAIN     3000		   /* times in what is left */

static long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static void sleep_ns(long long ns)
{
	struct timespec ts = {
		.tv_sec = ns / NSEC_PER_SEC,
		.tv_nsec = ns % NSEC_PER_SEC,
	};

	nanosleep(&ts, NULL);
}

static bool is_symlink(const struct store *s)
{
	struct stat st;

	return !fstatat(s->root, XDP_DIR, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode);
}

/*
 * The user that creates "xdp" owns it, and then nobody else uses it, not even root.  So a
 * user that cannot make a chain does not create it, although a default bpffs would allow
 * it.
 */
static int make_xdp(const struct store *s, struct report *r)
{
	char lacking[CAPS_TEXT_SIZE];
	struct stat st;

	if (!fstatat(s->root, XDP_DIR, &st, AT_SYMLINK_NOFOLLOW))
		return 0;
	if (caps_lacking(CAPS_LOAD_XDP, lacking))
		return report_fail(r, STATUS_NOT_TRIED, EPERM,
				   "Cannot create %s/" XDP_DIR ": requires %s", s->path, lacking);
	if (mkdirat(s->root, XDP_DIR, 0700) < 0 && errno != EEXIST)
		return report_fail(r, STATUS_NOT_TRIED, errno, "Cannot create %s/" XDP_DIR ": %s",
				   s->path, strerror(errno));
	return 0;
}

/* Open "xdp" anew in place of the fd that we have, making it if need be. */
static int reopen_xdp(struct store *s, struct report *r)
{
	int fd;

	if (s->xdp >= 0)
		close(s->xdp);
	s->xdp = -1;
	fd = make_xdp(s, r);
	if (fd)
		return fd;
	fd = store_open_xdp(s, r);
	if (fd == -ENOENT && is_symlink(s))
		return report_fail(r, STATUS_NOT_TRIED, ENOENT,
				   "%s/" XDP_DIR " is a dangling symbolic link: remove it",
				   s->path);
	if (fd == -ENOENT)
		return report_fail(r, STATUS_RETRY, ENOENT, "%s/" XDP_DIR " has just been removed",
				   s->path);
	if (fd < 0)
		return fd;
	s->xdp = fd;
	return 0;
}

/* Another process may have replaced the directory while we waited. */
static bool is_current(const struct store *s)
{
	struct stat by_name, by_fd;
	char name[NAME_MAX + 1];

	store_resolve_xdp(s, name, &by_name);
	if (S_ISLNK(by_name.st_mode) && fstatat(s->root, name, &by_name, AT_SYMLINK_NOFOLLOW))
		return false;
	return fstat(s->xdp, &by_fd) == 0 && by_name.st_dev == by_fd.st_dev &&
	       by_name.st_ino == by_fd.st_ino;
}

/*
 * The pid in a line of /proc/locks about the file, 0 for any other line.  Locks that
 * are waited for have "->" before the word FLOCK.
 */
static int parse_lock(const char *line, const struct stat *st)
{
	unsigned int dev_major, dev_minor;
	unsigned long long ino;
	int pid;

	if (sscanf(line, "%*d: FLOCK %*s %*s %d %x:%x:%llu", &pid, &dev_major, &dev_minor, &ino) !=
		    4 &&
	    sscanf(line, "%*d: -> FLOCK %*s %*s %d %x:%x:%llu", &pid, &dev_major, &dev_minor,
		   &ino) != 4)
		return 0;
	if (makedev(dev_major, dev_minor) != st->st_dev || ino != st->st_ino || pid < 1)
		return 0;
	return pid;
}

/* The process that holds the lock on this directory, or with @waits one that waits for it.
 * 0 if there is none or it is unknown. */
static int find_lock(int fd, bool waits)
{
	char *line = NULL;
	size_t size = 0;
	struct stat st;
	int pid = 0;
	FILE *f;

	if (fstat(fd, &st) < 0)
		return 0;
	f = fopen("/proc/locks", "re");
	if (!f)
		return 0;
	while (!pid && getline(&line, &size, f) > 0) {
		if (!strstr(line, "->") == !waits)
			pid = parse_lock(line, &st);
	}
	free(line);
	fclose(f);
	return pid;
}

/* A process chooses its name itself: only plain characters may be shown. */
static void read_comm(int pid, char *buf, size_t size)
{
	char path[32];
	size_t len;
	FILE *f;

	buf[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (!f)
		return;
	len = fread(buf, 1, size - 1, f);
	fclose(f);
	if (len && buf[len - 1] == '\n')
		len--;
	buf[len] = '\0';
	for (size_t i = 0; i < len; i++) {
		if (buf[i] < ' ' || buf[i] > '~')
			buf[i] = '?';
	}
}

static int lock_timed_out(const struct store *s, unsigned int seconds, struct report *r)
{
	int pid = find_lock(s->xdp, false);
	char holder[64] = "another process";
	char comm[32] = "";

	if (pid)
		read_comm(pid, comm, sizeof(comm));
	/* The lock of a process that has ended lives on in its children. */
	if (comm[0])
		snprintf(holder, sizeof(holder), "process %d (%s)", pid, comm);
	else if (pid)
		snprintf(holder, sizeof(holder), "process %d or one that it started", pid);
	return report_fail(r, STATUS_RETRY, ETIMEDOUT,
			   "%s/" XDP_DIR " is locked by %s, gave up after %u s", s->path, holder,
			   seconds);
}

/*
 * How long to wait before asking again: ever longer at first, and then ever less, the
 * nearer the end is.  So the process that has waited longest asks most often, and newcomers
 * do not starve it.
 */
static long long next_pause(long long pause, long long left)
{
	pause = pause ? 2 * pause : PAUSE_MIN;
	if (pause > PAUSE_MAX)
		pause = PAUSE_MAX;
	if (pause > left / ASK_AGAIN)
		pause = left / ASK_AGAIN;
	if (pause < PAUSE_MIN)
		pause = PAUSE_MIN;
	return pause < left ? pause : left;
}

/*
 * flock(2) has no timeout, and a signal to end it would be the whole process's
 * business: so ask again and again.
 */
static int wait_flock(const struct store *s, long long deadline, unsigned int seconds,
		      long long always, struct report *r)
{
	long long pause = 0;
	long long left;

	while (flock(s->xdp, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return report_fail(r, STATUS_NOT_TRIED, errno,
					   "Cannot lock %s/" XDP_DIR ": %s", s->path,
					   strerror(errno));
		left = deadline - now_ns();
		if (left <= 0)
			/* Finding the holder takes long. */
			return r ? lock_timed_out(s, seconds, r) : -ETIMEDOUT;
		pause = always ? always : next_pause(pause, left);
		sleep_ns(pause);
	}
	return 0;
}

/* @pause: between two tries, 0 for what is fair */
static int lock(struct store *s, unsigned int seconds, long long pause, struct report *r)
{
	long long deadline = now_ns() + seconds * NSEC_PER_SEC;
	int err;

	if (s->locked)
		return 0;
	/* Another process could replace the directory again and again: limit the tries. */
	for (int tries = 0; tries < 16; tries++) {
		if (s->xdp < 0 || !is_current(s)) {
			err = reopen_xdp(s, r);
			if (err)
				return err;
		}
		err = wait_flock(s, deadline, seconds, pause, r);
		if (err)
			return err;
		if (is_current(s)) {
			s->locked = true;
			return 0;
		}
	}
	return report_fail(r, STATUS_RETRY, EAGAIN, "%s/" XDP_DIR " keeps being replaced", s->path);
}

int store_lock(struct store *s, unsigned int seconds, struct report *r)
{
	return lock(s, seconds, 0, r);
}

void store_unlock(struct store *s)
{
	if (s->locked)
		flock(s->xdp, LOCK_UN);
	s->locked = false;
}

/*
 * A lock that is given up wakes all who wait for it in flock(2); who does not get it waits
 * again behind the one who did.  Nothing tells beforehand whether anybody waits but
 * /proc/locks, and to open that makes Linux wait for all processors: so it is only asked
 * when the lock was taken meanwhile.  Our own commands do not wait in flock(2), but ask
 * again and again.
 */
int store_yield(struct store *s, unsigned int seconds, struct report *r)
{
	long long deadline = now_ns() + seconds * NSEC_PER_SEC / 2;

	if (!s->locked)
		return 0;
	store_unlock(s);
	sleep_ns(PAUSE_YIELD);
	if (!lock(s, 0, 0, NULL))
		return 0;
	while (find_lock(s->xdp, true) && now_ns() < deadline)
		sleep_ns(PAUSE_MIN);
	return lock(s, seconds, PAUSE_EAGER, r);
}
