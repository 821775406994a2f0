// SPDX-License-Identifier: GPL-2.0-or-later
/* Handing over to the system's ip. */
#include "passthru.h"

#include <ctype.h>
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

/* What iproute2 prints for a failed line of a batch on standard input, before the
 * line number. */
#define FAILED_LINE "Command failed -:"

/*
 * struct passthru - a system's ip that runs lines of a batch
 * @pidfd: -1 where the kernel has none (before Linux 5.3)
 * @in_fd: its standard input
 * @err_fd: its standard error, -1 after the end of that
 * @lines: given to it so far
 * @reported: it named a failed line
 * @midline: the last byte passed on was not a newline
 * @held: the beginning of a line that may become a FAILED_LINE
 * @old_sigpipe, @old_sigchld: as they were before
 */
struct passthru {
	pid_t pid;
	int pidfd;
	int in_fd;
	int err_fd;
	const char *file;
	unsigned int first_line;
	unsigned int lines;
	bool reported;
	bool midline;
	char held[48];
	size_t held_len;
	struct sigaction old_sigpipe;
	struct sigaction old_sigchld;
};

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

static void write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		else if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			text += n;
			len -= n;
		}
	}
}

static void flush_held(struct passthru *run)
{
	write_all(STDERR_FILENO, run->held, run->held_len);
	run->held_len = 0;
}

/* Is what we hold the beginning of a FAILED_LINE? */
static bool may_become_report(const struct passthru *run)
{
	size_t prefix = strlen(FAILED_LINE);

	if (strncmp(run->held, FAILED_LINE, run->held_len < prefix ? run->held_len : prefix))
		return false;
	for (size_t i = prefix; i < run->held_len; i++)
		if (!isdigit((unsigned char)run->held[i]))
			return false;
	return true;
}

/* If the line that we hold is a FAILED_LINE, print it with our name and number. */
static bool translate_report(struct passthru *run)
{
	run->held[run->held_len - 1] = '\0';
	run->held_len--;
	if (run->held_len <= strlen(FAILED_LINE) || !may_become_report(run)) {
		run->held[run->held_len++] = '\n';
		return false;
	}
	dprintf(STDERR_FILENO, "Command failed %s:%lu\n", run->file,
		run->first_line - 1 + strtoul(run->held + strlen(FAILED_LINE), NULL, 10));
	run->held_len = 0;
	run->reported = true;
	return true;
}

/* Pass on text that has no newline except perhaps as its last byte. */
static void forward_piece(struct passthru *run, const char *text, size_t len)
{
	bool ends_line = text[len - 1] == '\n';

	if (run->midline || run->held_len + len >= sizeof(run->held)) {
		flush_held(run);
		write_all(STDERR_FILENO, text, len);
	} else {
		memcpy(run->held + run->held_len, text, len);
		run->held_len += len;
		if (!ends_line && may_become_report(run))
			return;
		if (!ends_line || !translate_report(run))
			flush_held(run);
	}
	run->midline = !ends_line;
}

/* Pass on what the child has written.  False if there is nothing (now). */
static bool forward_stderr(struct passthru *run)
{
	char buf[4096];
	const char *text = buf;
	ssize_t len;

	len = read(run->err_fd, buf, sizeof(buf));
	if (len < 0)
		return errno == EINTR;
	if (len == 0) {
		close(run->err_fd);
		run->err_fd = -1;
		return false;
	}
	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t piece = newline ? (size_t)(newline + 1 - text) : (size_t)len;

		forward_piece(run, text, piece);
		text += piece;
		len -= piece;
	}
	return true;
}

/* Polled where there is no pidfd, see wait_for(). */
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
			forward_stderr(run);
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
	/* The ends of the child are open files of their own and keep blocking. */
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
	/* If it was ignored, the exit status of the child would be lost. */
	sigaction(SIGCHLD, &wait, &run->old_sigchld);
	ret = start_child(run, path, argv);
	if (ret) {
		sigaction(SIGCHLD, &run->old_sigchld, NULL);
		fprintf(stderr, "Cannot run the system's ip \"%s\": %s\n", path, strerror(ret));
		free(run);
		return NULL;
	}
	/* Only now: the child keeps the disposition that we were given. */
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

static void close_all_but(int keep)
{
	int limit = sysconf(_SC_OPEN_MAX) > 4096 ? 4096 : sysconf(_SC_OPEN_MAX);

	for (int fd = 0; fd < limit; fd++)
		if (fd != keep && fd != STDERR_FILENO)
			close(fd);
}

/*
 * A process that the child left in the background may still write to the pipe and
 * must not get SIGPIPE for that: leave a process behind that passes it on.  Its
 * parent exits at once, so that nobody has to wait for it.
 */
static void leave_forwarder(struct passthru *run)
{
	pid_t pid = fork();

	if (pid < 0)
		return;
	if (pid > 0) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		return;
	}
	if (fork())
		_exit(0);
	close_all_but(run->err_fd);
	fcntl(run->err_fd, F_SETFL, 0);
	for (;;) {
		char buf[4096];
		ssize_t len = read(run->err_fd, buf, sizeof(buf));

		if (len == 0 || (len < 0 && errno != EINTR))
			_exit(0);
		if (len > 0)
			write_all(STDERR_FILENO, buf, len);
	}
}

/* Pass on the rest of the error output without waiting for more. */
static void finish_stderr(struct passthru *run)
{
	while (run->err_fd >= 0 && forward_stderr(run))
		;
	flush_held(run);
	if (run->err_fd >= 0) {
		leave_forwarder(run);
		close(run->err_fd);
	}
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
	finish_stderr(run);
	if (run->pidfd >= 0)
		close(run->pidfd);
	sigaction(SIGPIPE, &run->old_sigpipe, NULL);
	sigaction(SIGCHLD, &run->old_sigchld, NULL);
	report_failure(run, status);
	free(run);
	return status;
}
