// SPDX-License-Identifier: GPL-2.0-or-later
/* The command ip: ours, or the system's. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "config.h"
#include "model/text.h"
#include "options.h"
#include "passthru.h"
#include "xdp_multi.h"

#define STATUS_CMDLINE 255

static int run_line(int argc, char **argv, void *arg)
{
	return xdp_multi(arg, argc, argv);
}

static int help(const struct options *opts)
{
	char word[] = "help";
	char *argv[] = { word, NULL };

	return xdp_multi(opts, 1, argv);
}

static int version(void)
{
	printf("%s utility, %s\n", OWN_NAME, VERSION);
	return 0;
}

/* Used only under our own name; otherwise the system's ip reports the error. */
static int bad_cmdline(struct cmdline line, char **argv)
{
	char option[256], value[1024];

	text_escape(argv[line.index], option, sizeof(option));
	if (line.kind == CMDLINE_BAD_OPTION)
		fprintf(stderr, "Option \"%s\" is unknown, try \"%s -help\".\n", option, OWN_NAME);
	else if (line.kind == CMDLINE_NO_VALUE)
		fprintf(stderr,
			"Command line is not complete: \"%s\" needs a value. Try option \"help\"\n",
			option);
	else
		fprintf(stderr, "Error: argument \"%s\" is wrong: Invalid \"%s\" value\n",
			text_escape(argv[line.index + 1], value, sizeof(value)), option);
	return STATUS_CMDLINE;
}

/* Output that could not be written must not look like success. */
static int finish_stdout(int status)
{
	int failed = ferror(stdout);

	errno = 0;
	if (!fflush(stdout) && !failed)
		return status;
	if (errno)
		fprintf(stderr, "Cannot write to standard output: %s\n", strerror(errno));
	else
		fprintf(stderr, "Cannot write to standard output\n");
	return status ? status : 1;
}

/*
 * If standard input, output or error is closed, open() would return its number, the lowest
 * free one, and we would print into the file.  So occupy the number with a descriptor that
 * can be neither read nor written: printing still fails, and the system's ip finds the
 * number closed.
 */
static void occupy_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/", O_PATH | O_CLOEXEC);
}

int main(int argc, char **argv)
{
	struct options opts;
	struct cmdline line = options_scan(argc, argv, &opts);
	int status;

	occupy_standard_fds();
	switch (line.kind) {
	case CMDLINE_SYSTEM:
		return passthru_exec(argv);
	case CMDLINE_OURS:
		status = xdp_multi(&opts, argc - line.index, argv + line.index);
		break;
	case CMDLINE_BATCH:
		status = batch_run(&opts, argc, argv, run_line, &opts);
		break;
	case CMDLINE_VERSION:
		status = version();
		break;
	case CMDLINE_HELP:
		status = help(&opts);
		break;
	case CMDLINE_LINK_HELP:
		status = passthru_run(argv);
		fputs("       ip link xdp multi { COMMAND | help }\n", stderr);
		break;
	default:
		status = bad_cmdline(line, argv);
		break;
	}
	return finish_stdout(status);
}
