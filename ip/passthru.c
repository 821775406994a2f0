// SPDX-License-Identifier: GPL-2.0-or-later
/* Hands command lines over to the system's ip. */
#include "passthru_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"
#include "system_ip.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

int passthru_exec(char *const argv[])
{
	const char *path = system_ip_find();

	if (!path)
		return 1;
	fflush(NULL);
	execv(path, argv);
	fprintf(stderr, "Cannot run the system's ip \"%s\": %s\n", path, strerror(errno));
	return 1;
}

static int exit_status(pid_t pid)
{
	int wstatus = 0;

	while (waitpid(pid, &wstatus, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus) : WEXITSTATUS(wstatus);
}

int passthru_run(char *const argv[])
{
	const char *path = system_ip_find();
	pid_t pid;
	int ret;

	if (!path)
		return 1;
	fflush(NULL);
	ret = posix_spawn(&pid, path, NULL, NULL, argv, environ);
	if (!ret)
		return exit_status(pid);
	fprintf(stderr, "Cannot run the system's ip \"%s\": %s\n", path, strerror(ret));
	return 1;
}

/* wait_for() polls this if there is no pidfd. */
static bool has_ended(const struct passthru *run)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, run->pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid;
}

/* Wait for events on @fd (-1: on none) while passing on the child's error output.
 * False when the child has ended. */
static bool wait_for(struct passthru *run, int fd, short events)
{
	int timeout = run->pidfd < 0 ? 20 : -1;

	for (;;) {
		struct pollfd fds[] = {
			{ .fd = run->pidfd, .events = POLLIN },
			{ .fd = run->err_fd, .events = POLLIN },
			{ .fd = fd, .events = events },
		};

		if (poll(fds, ARRAY_SIZE(fds), timeout) < 0) {
			if (errno == EINTR || errno == EAGAIN)
				continue;
			return false;
		}
		if (fds[1].revents)
			passthru_forward_stderr(run);
		if (fds[0].revents || (run->pidfd < 0 && has_ended(run)))
			return false;
		if (fds[2].revents)
			return true;
	}
}

static int spawn_with_pipes(struct passthru *run, const char *path, char *const argv[], int in,
			    int err)
{
	posix_spawn_file_actions_t actions;
	int ret;

	ret = posix_spawn_file_actions_init(&actions);
	if (ret)
		return ret;
	ret = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (!ret)
		ret = posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
	if (!ret)
		ret = posix_spawn(&run->pid, path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

/* Returns 0 or an errno. */
static int start_child(struct passthru *run, const char *path, char *const argv[])
{
	int in[2], err[2], ret;

	if (pipe2(in, O_CLOEXEC))
		return errno;
	if (pipe2(err, O_CLOEXEC)) {
		ret = errno;
		goto err_close_in;
	}
	ret = spawn_with_pipes(run, path, argv, in[0], err[1]);
	close(err[1]);
	if (ret)
		goto err_close_err;
	close(in[0]);
	run->in_fd = in[1];
	run->err_fd = err[0];
	/* The child's ends are separate open files and stay blocking. */
	fcntl(run->in_fd, F_SETFL, O_NONBLOCK);
	fcntl(run->err_fd, F_SETFL, O_NONBLOCK);
	run->pidfd = syscall(SYS_pidfd_open, run->pid, 0);
	return 0;

err_close_err:
	close(err[0]);
err_close_in:
	close(in[0]);
	close(in[1]);
	return ret;
}

struct passthru *passthru_start(char *const argv[], const char *file, unsigned int first_line)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction wait = { .sa_handler = SIG_DFL };
	const char *path = system_ip_find();
	struct passthru *run;
	int ret;

	if (!path)
		return NULL;
	run = calloc(1, sizeof(*run));
	if (!run) {
		message_no_memory();
		return NULL;
	}
	run->file = file;
	run->first_line = first_line;
	/* If SIGCHLD was ignored, the exit status of the child would be lost. */
	sigaction(SIGCHLD, &wait, &run->old_sigchld);
	ret = start_child(run, path, argv);
	if (ret) {
		sigaction(SIGCHLD, &run->old_sigchld, NULL);
		fprintf(stderr, "Cannot run the system's ip \"%s\": %s\n", path, strerror(ret));
		free(run);
		return NULL;
	}
	/* Ignore SIGPIPE only now, so that the child keeps the inherited disposition. */
	sigaction(SIGPIPE, &ignore, &run->old_sigpipe);
	return run;
}

bool passthru_feed(struct passthru *run, const char *text, size_t len, unsigned int lines)
{
	run->lines += lines;
	while (len) {
		ssize_t n = write(run->in_fd, text, len);

		if (n < 0 && errno == EAGAIN) {
			if (!wait_for(run, run->in_fd, POLLOUT))
				return false;
		} else if (n < 0 && errno != EINTR) {
			return false;
		}
		if (n > 0) {
			text += n;
			len -= n;
		}
	}
	return true;
}

bool passthru_wait_input(struct passthru *run, int fd)
{
	return wait_for(run, fd, POLLIN);
}

/* iproute2 exits in the middle of many commands without naming the line. */
static void report_failure(const struct passthru *run, int status)
{
	if (status == 0 || (status == 1 && run->reported))
		return;
	if (run->lines > 1)
		fprintf(stderr, "Command failed %s:%u-%u\n", run->file, run->first_line,
			run->first_line + run->lines - 1);
	else
		fprintf(stderr, "Command failed %s:%u\n", run->file, run->first_line);
}

int passthru_finish(struct passthru *run)
{
	int status;

	close(run->in_fd);
	wait_for(run, -1, 0);
	status = exit_status(run->pid);
	passthru_finish_stderr(run);
	if (run->pidfd >= 0)
		close(run->pidfd);
	sigaction(SIGPIPE, &run->old_sigpipe, NULL);
	sigaction(SIGCHLD, &run->old_sigchld, NULL);
	report_failure(run, status);
	free(run);
	return status;
}
