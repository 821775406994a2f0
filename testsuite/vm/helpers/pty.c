// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Run a command on a terminal of its own. What comes in on the standard input is typed,
 * what the command prints comes out, and the exit status is the command's. The end of the
 * standard input types nothing. Who kills this process hangs up the terminal.
 *
 *	pty COMMAND...
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* False at the end of what can be read. */
static bool copy(int from, int to)
{
	char buf[4096];
	ssize_t n = read(from, buf, sizeof(buf));

	return n > 0 && write(to, buf, n) == n;
}

int main(int argc, char **argv)
{
	struct pollfd p[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .events = POLLIN } };
	int terminal, status;
	pid_t pid;

	if (argc < 2)
		return 125;
	pid = forkpty(&terminal, NULL, NULL, NULL);
	if (!pid) {
		/* A shell ignores it in what it starts in the background. */
		signal(SIGINT, SIG_DFL);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0) {
		perror("forkpty");
		return 125;
	}
	p[1].fd = terminal;
	while (poll(p, 2, -1) >= 0 || errno == EINTR) {
		if (p[0].revents && !copy(STDIN_FILENO, terminal))
			p[0].fd = -1;
		if (p[1].revents && !copy(terminal, STDOUT_FILENO))
			break;
	}
	if (waitpid(pid, &status, 0) != pid)
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
