// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What does a command cost? Run it without its output, and print
 * one line of figures.
 *
 *	spent COMMAND...	INSTRUCTIONS ELAPSED PEAK
 *	spent -c COMMAND...	CALLS BPF [KIND:N...]
 *
 * INSTRUCTIONS is the CPU time of the process, the kernel's work for it included, in
 * nanoseconds: on a machine whose clock counts instructions (boot --icount) what takes
 * a nanosecond is one of them. It comes in steps of 1000. ELAPSED is the time from exec
 * to exit, in nanoseconds, with what it waited. PEAK is its largest resident size in
 * kB.
 *
 * -c counts the system calls and those to bpf(2), by the number of its command, in the
 * command and its children. It costs a lot itself, so the two need a run each.
 *
 * The exit status is the command's, 128 + N for a signal.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/ptrace.h>

#define BPF_COMMANDS 64

struct counts {
	unsigned int calls;
	unsigned int bpf;
	unsigned int kinds[BPF_COMMANDS];
};

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "spent: %s: %s\n", what, strerror(errno));
	exit(125);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void __attribute__((noreturn)) run(char **argv, long long *started, int traced)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		die("/dev/null");
	if (traced && ptrace(PTRACE_TRACEME, 0, 0, 0))
		die("PTRACE_TRACEME");
	if (traced)
		raise(SIGSTOP);
	*started = now();
	execvp(argv[0], argv);
	die(argv[0]);
}

static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int measure(char **argv)
{
	long long *started = mmap(NULL, sizeof(*started), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct rusage used;
	long long ended;
	int status;
	pid_t pid;

	if (started == MAP_FAILED)
		die("mmap");
	pid = fork();
	if (!pid)
		run(argv, started, 0);
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0)
		die("fork");
	ended = now();
	printf("%lld %lld %ld\n",
	       (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000LL +
		       (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000LL,
	       ended - *started, used.ru_maxrss);
	return exit_status(status);
}

static void count_call(pid_t pid, struct counts *c)
{
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	c->calls++;
	if (info.entry.nr != __NR_bpf)
		return;
	c->bpf++;
	if (info.entry.args[0] < BPF_COMMANDS)
		c->kinds[info.entry.args[0]]++;
}

/* Returns the status of the command itself. */
static int trace(pid_t command, struct counts *c)
{
	int status, result = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		int signal = 0;

		if (!WIFSTOPPED(status)) {
			if (pid == command)
				result = status;
			continue;
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			count_call(pid, c);
		else if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP)
			signal = WSTOPSIG(status);
		ptrace(PTRACE_SYSCALL, pid, 0, signal);
	}
	return exit_status(result);
}

static int count(char **argv)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
		       PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	struct counts c = { 0 };
	long long started;
	int status, result;
	pid_t pid = fork();

	if (!pid)
		run(argv, &started, 1);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		die("fork");
	if (!WIFSTOPPED(status) || ptrace(PTRACE_SETOPTIONS, pid, 0, options) ||
	    ptrace(PTRACE_SYSCALL, pid, 0, 0))
		die("ptrace");
	result = trace(pid, &c);
	printf("%u %u", c.calls, c.bpf);
	for (int i = 0; i < BPF_COMMANDS; i++)
		if (c.kinds[i])
			printf(" %d:%u", i, c.kinds[i]);
	putchar('\n');
	return result;
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "-c"))
		return count(argv + 2);
	if (argc > 1 && argv[1][0] != '-')
		return measure(argv + 1);
	fprintf(stderr, "usage: spent [-c] COMMAND...\n");
	return 255;
}
