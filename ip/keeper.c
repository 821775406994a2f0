// SPDX-License-Identifier: GPL-2.0-or-later
/* "confirm SECONDS": the process that undoes a change which nobody confirms. */
#include "keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#define NAME	     "xdp-multi-undo"
#define MAX_RESTARTS 16
#define MAX_TRIES    100
#define NSEC_PER_SEC 1000000000ULL

/*
 * struct keeping - what the keeper knows
 * @undo, @n: records that wait; one that is settled has token 0
 * @held: per record, the fd that says that it is kept
 * @term: undo all now
 */
struct keeping {
	struct session *s;
	__u64 token;
	unsigned int wait;
	int result;
	struct undo *undo;
	int *held;
	size_t n;
	bool term;
	unsigned int tries;
};

/* ---- what became of it ---- */

static bool say_ready(const struct keeping *k)
{
	return write(k->result, "\n", 1) == 1;
}

/* To the command, if it still waits, and to the log of the system. */
static void tell(const struct keeping *k, enum status status, const char *text)
{
	char line[REPORT_ERROR_MAX + 8];
	int len = snprintf(line, sizeof(line), "%d%s\n", status, text);

	if (write(k->result, line, len) < 0) {
		/* It has ended. */
	}
	syslog(status ? LOG_WARNING : LOG_NOTICE, "%s", text);
}

static void settle(struct keeping *k, size_t i)
{
	k->undo[i].token = 0;
	if (k->held[i] >= 0)
		close(k->held[i]);
	k->held[i] = -1;
}

static const char *name_of(const struct keeping *k, const struct undo *u, char name[IFNAMSIZ])
{
	struct netlink_link link;

	bool gone = netlink_link_index(k->s->nl, u->ifindex, &link, NULL);

	memcpy(name, gone ? u->ifname : link.ifname, IFNAMSIZ);
	return name;
}

/* What may work later is tried again. */
static void undo_one(struct keeping *k, size_t i)
{
	struct report r = REPORT_INIT;
	char name[IFNAMSIZ], text[REPORT_ERROR_MAX + IFNAMSIZ + 64];
	int err = session_undo(k->s, &k->undo[i], k->wait, &r);

	name_of(k, &k->undo[i], name);
	if (!err)
		snprintf(text, sizeof(text),
			 "dev %s: The change was not confirmed in time and has been undone", name);
	else
		snprintf(text, sizeof(text), "dev %s: %s", name, report_error(&r));
	if (err == -ENOENT)
		settle(k, i);
	else if (!err || err == -ESTALE || err == -ENODEV || k->tries >= MAX_TRIES) {
		tell(k, err ? r.status : STATUS_REFUSED, text);
		settle(k, i);
	}
	report_free(&r);
}

/* ---- waiting ---- */

/* 0 when all is settled, and 1 for what is long overdue. */
static __u64 next_deadline(const struct keeping *k)
{
	__u64 next = 0;

	for (size_t i = 0; i < k->n; i++)
		if (k->undo[i].token && (!next || k->undo[i].deadline < next))
			next = k->undo[i].deadline;
	return next && k->term ? 1 : next;
}

static void undo_due(struct keeping *k)
{
	__u64 now = undo_now();
	bool any = false;

	for (size_t i = 0; i < k->n; i++)
		if (k->undo[i].token && (k->term || k->undo[i].deadline <= now)) {
			any = true;
			undo_one(k, i);
		}
	k->tries += any;
}

/* Confirmed from elsewhere, or undone. */
static void forget_gone(struct keeping *k)
{
	struct undo now;

	for (size_t i = 0; i < k->n; i++) {
		const struct undo *u = &k->undo[i];
		int is = u->token ? undo_read(k->s->store, u->netns, u->ifindex, &now, NULL) : -1;

		/* In doubt it waits still. */
		if (!is || (is > 0 && now.token != u->token))
			settle(k, i);
	}
}

static void arm(int timer, __u64 at)
{
	const struct itimerspec t = { .it_value = { .tv_sec = at / NSEC_PER_SEC,
						    .tv_nsec = at % NSEC_PER_SEC } };

	timerfd_settime(timer, TFD_TIMER_ABSTIME, &t, NULL);
}

static void drain(int fd)
{
	char buf[4096];

	if (read(fd, buf, sizeof(buf)) < 0) {
		/* There was nothing. */
	}
}

/* There are not many of these for a user, and it takes /proc: -1 where it cannot be. */
static int watch(const struct keeping *k)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", k->s->store->xdp);
	if (fd >= 0 && inotify_add_watch(fd, path, IN_DELETE | IN_ONLYDIR) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static sigset_t only_term(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	return set;
}

/* For whom the guard waits. */
static sigset_t awaited(void)
{
	sigset_t set = only_term();

	sigaddset(&set, SIGCHLD);
	return set;
}

static int open_signals(void)
{
	const sigset_t set = only_term();

	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* After a failure a second later. */
static void wait_for_all(struct keeping *k)
{
	struct pollfd p[] = {
		{ .fd = open_signals(), .events = POLLIN },
		{ .fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK),
		  .events = POLLIN },
		{ .fd = watch(k), .events = POLLIN },
	};
	__u64 next;

	/* Of what was confirmed before the watch began nobody tells. */
	forget_gone(k);
	while ((next = next_deadline(k))) {
		__u64 soon = k->tries ? undo_now() + NSEC_PER_SEC : 0;

		arm(p[1].fd, next > soon ? next : soon);
		if (poll(p, 3, p[1].fd < 0 || p[2].fd < 0 ? 1000 : -1) < 0 && errno != EINTR)
			sleep(1);
		k->term |= !!(p[0].revents & POLLIN);
		for (unsigned int i = 0; i < 3; i++)
			if (p[i].revents & POLLIN)
				drain(p[i].fd);
		forget_gone(k);
		undo_due(k);
	}
}

/* ---- the two processes ---- */

static void hold_all(struct keeping *k)
{
	k->held = calloc(k->n, sizeof(*k->held));
	for (size_t i = 0; k->held && i < k->n; i++)
		k->held[i] = undo_keep(k->s->store, &k->undo[i]);
}

/* Until the command has made its change, or has ended. */
static void wait_for_change(int hold)
{
	char c;

	while (read(hold, &c, 1) < 0 && errno == EINTR)
		;
}

static int work(struct keeping *k)
{
	int err = -1;

	for (int i = 0; err && i < MAX_TRIES; i++) {
		if (i)
			sleep(1);
		err = session_unconfirmed(k->s, k->token, &k->undo, &k->n, NULL);
	}
	if (err || !k->n)
		return 0;
	hold_all(k);
	if (!k->held)
		return 1;
	say_ready(k);
	wait_for_all(k);
	return 0;
}

/* SIGTERM is for the worker, and for those that are started after it. */
static int wait_for_worker(struct keeping *k, pid_t pid)
{
	const sigset_t set = awaited();
	int status = 0, got;

	while (waitpid(pid, &status, WNOHANG) == 0)
		if (!sigwait(&set, &got) && got == SIGTERM) {
			k->term = true;
			kill(pid, SIGTERM);
		}
	return status;
}

/* A child that was killed is started again: it finds what is left to undo by the records. */
static int guard(struct keeping *k)
{
	for (int i = 0; i < MAX_RESTARTS; i++) {
		pid_t pid = fork();
		int status;

		if (!pid)
			_exit(session_reopen(k->s, NULL) ? 1 : work(k));
		if (pid < 0)
			return work(k);
		status = wait_for_worker(k, pid);
		if (WIFEXITED(status) && !WEXITSTATUS(status))
			return 0;
	}
	return 1;
}

/* What the caller left open for us may be a lock or a pipe that somebody waits for. */
static void close_inherited(void)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *d;

	while (dir && (d = readdir(dir))) {
		int fd = atoi(d->d_name), flags = fcntl(fd, F_GETFD);

		if (fd > STDERR_FILENO && flags >= 0 && !(flags & FD_CLOEXEC))
			close(fd);
	}
	if (dir)
		closedir(dir);
}

static void detach(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int oom = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	const sigset_t hold = awaited();

	setsid();
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	/* The caller may ignore it: then there would be no status to wait for. */
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &hold, NULL);
	if (chdir("/")) {
		/* Then a file system cannot be unmounted for a while. */
	}
	for (int fd = 0; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (null > STDERR_FILENO)
		close(null);
	if (oom >= 0 && write(oom, "-1000", 5) < 0) {
		/* Only root is spared. */
	}
	if (oom >= 0)
		close(oom);
	close_inherited();
	prctl(PR_SET_NAME, NAME);
	openlog(NAME, LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

static _Noreturn void run(struct keeping *k, int hold)
{
	detach();
	if (session_reopen(k->s, NULL) || !say_ready(k))
		_exit(1);
	wait_for_change(hold);
	close(hold);
	_exit(guard(k));
}

/* ---- the command ---- */

static int start_failed(struct keeper *k, struct report *r, int err)
{
	if (k->hold >= 0)
		close(k->hold);
	if (k->result >= 0)
		close(k->result);
	*k = (struct keeper){ -1, -1 };
	return report_fail(r, STATUS_NOT_TRIED, err,
			   "Cannot start the process that would undo the change: %s",
			   strerror(err));
}

/* False if it has ended. */
static bool wait_ready(int result)
{
	char c;
	ssize_t n;

	do
		n = read(result, &c, 1);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

static void close_pair(const int fd[2])
{
	close(fd[0]);
	close(fd[1]);
}

static int open_pipes(int hold[2], int result[2])
{
	int err;

	if (pipe2(hold, O_CLOEXEC))
		return errno;
	if (!pipe2(result, O_CLOEXEC))
		return 0;
	err = errno;
	close_pair(hold);
	return err;
}

int keeper_start(struct keeper *k, struct session *s, const struct request *rq, struct report *r)
{
	struct keeping keeping = { .s = s, .token = rq->token, .wait = REQUEST_DEFAULT_WAIT };
	int hold[2], result[2], err;
	pid_t pid;

	*k = (struct keeper){ -1, -1 };
	err = open_pipes(hold, result);
	if (err)
		return start_failed(k, r, err);
	pid = fork();
	if (!pid) {
		close(hold[1]);
		close(result[0]);
		keeping.result = result[1];
		run(&keeping, hold[0]);
	}
	err = errno;
	close(hold[0]);
	close(result[1]);
	*k = (struct keeper){ hold[1], result[0] };
	if (pid < 0)
		return start_failed(k, r, err);
	/* Nothing is changed before it is ready. */
	return wait_ready(k->result) ? 0 : start_failed(k, r, ECHILD);
}

void keeper_release(struct keeper *k)
{
	if (k->hold < 0)
		return;
	close(k->hold);
	k->hold = -1;
	wait_ready(k->result);
}
