// SPDX-License-Identifier: GPL-2.0-or-later
/* "confirm SECONDS": the processes that wait while a change is not confirmed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "keeper_internal.h"

#define NAME	     "xdp-multi-undo"
#define MAX_RESTARTS 16

/* ---- the two processes ---- */

/* The signals that the guard waits for. */
static sigset_t awaited(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	return set;
}

/* Wait until the command has made its change, or has ended. */
static void wait_for_change(int hold)
{
	char c;

	while (read(hold, &c, 1) < 0 && errno == EINTR)
		;
}

/* Pass SIGTERM on to the worker, and to the workers that are started after it. */
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

/* Restart a child that was killed; it reads from the records what is left to undo. */
static int guard(struct keeping *k)
{
	for (int i = 0; i < MAX_RESTARTS; i++) {
		pid_t pid = fork();
		int status;

		if (!pid)
			_exit(session_reopen(k->s, NULL) ? 1 : keeper_work(k));
		if (pid < 0)
			return keeper_work(k);
		status = wait_for_worker(k, pid);
		if (WIFEXITED(status) && !WEXITSTATUS(status))
			return 0;
	}
	keeper_give_up("the process that waits ended again and again");
	return 1;
}

/* A descriptor that we inherit can be a lock or a pipe that another process waits for. */
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
	/* If the caller ignores SIGCHLD, there would be no status to wait for. */
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &hold, NULL);
	if (chdir("/")) {
		/* Without it a file system cannot be unmounted for a while. */
	}
	for (int fd = 0; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (null > STDERR_FILENO)
		close(null);
	if (oom >= 0 && write(oom, "-1000", 5) < 0) {
		/* Only root's processes can be protected from the OOM killer. */
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
	if (session_reopen(k->s, NULL) || !keeper_say_ready(k))
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

/* Wait until the keeper is ready.  False if it has ended. */
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
	/* The command changes nothing before the keeper is ready. */
	return wait_ready(k->result) ? 0 : start_failed(k, r, ECHILD);
}

bool keeper_release(struct keeper *k)
{
	close(k->hold);
	k->hold = -1;
	return wait_ready(k->result);
}
