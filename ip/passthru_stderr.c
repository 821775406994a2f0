// SPDX-License-Identifier: GPL-2.0-or-later
/* Forwards the standard error of the system's ip, with the line numbers of our batch. */
#include "passthru_internal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The text that iproute2 prints before the line number of a failed batch line on standard
 * input. */
#define FAILED_LINE "Command failed -:"

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

bool passthru_forward_stderr(struct passthru *run)
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

void passthru_finish_stderr(struct passthru *run)
{
	while (run->err_fd >= 0 && passthru_forward_stderr(run))
		;
	flush_held(run);
	if (run->err_fd >= 0) {
		leave_forwarder(run);
		close(run->err_fd);
	}
}
