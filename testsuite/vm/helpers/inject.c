// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Run a command and let its N-th system call fail, or kill it just before that
 * call, or hold it up there while somebody else acts. The kernel tells us of each
 * call before it begins (seccomp's user notification), so calls that libraries
 * make for themselves count too.
 *
 *	inject [-s] N ROTATION FILE COMMAND...
 *	inject -c N kill FILE COMMAND...
 *	inject N act ACTOR FILE COMMAND...
 *	inject 0 list FILE COMMAND...
 *
 * N may also be KIND:NTH, as FILE says it (unlinkat:1).
 *
 * ROTATION chooses among the errors that are likely for the call; "kill" is the
 * end of the command instead. -s: all later calls of that kind fail as well.
 * FILE gets one line, such as "bpf(PROG_LOAD) 3 ENOMEM" for the third of those,
 * or "none 217" when the command made no more than 217 calls.
 *
 * -c: only calls of processes that the command starts count, the one that makes the
 * call is killed, and all of them are waited for; from Linux 6.11.
 *
 * ACTOR is a command for bash. The call goes on when that has ended, or waits for
 * a lock that the command has; then it ends after it. FILE gets its exit status,
 * as in "unlinkat 2 ACT 0", or "hangs" and its processes are killed.
 *
 * list: nothing is done, and FILE gets the kinds of all calls, a line each. Calls count from
 * the moment that the command raises its limit of open files, which is what ours
 * begins with. The exit status is the command's, 128 + N for a signal.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

/* What 32-bit machines call these. */
#ifndef __NR_newfstatat
#define __NR_newfstatat __NR_fstatat64
#endif
#ifndef __NR_mmap
#define __NR_mmap __NR_mmap2
#endif

#define ERRNOS	6
#define LIMIT	30000 /* pauses, until something hangs */
#define PAUSE	2000
#define N_CALLS (sizeof(calls) / sizeof(calls[0]))
#define CALL(name, ...)             \
	{                           \
		__NR_##name, #name, \
		{                   \
			__VA_ARGS__ \
		}                   \
	}

/*
 * Calls that end something (close, munmap) cannot fail in a way that matters. No
 * error that says something about what is there (ENOENT) or what the kernel knows
 * (EINVAL): that would be a lie, not a failure.
 */
static const struct call {
	int nr;
	const char *name;
	int errnos[ERRNOS];
} calls[] = {
	CALL(bpf, EPERM, ENOMEM, EMFILE, EAGAIN, EBUSY, ENOSPC),
	CALL(membarrier, EPERM, ENOSYS),
	CALL(socket, EMFILE, ENOBUFS, EPERM),
	CALL(bind, ENOMEM, EADDRINUSE),
	CALL(getsockname, ENOBUFS),
	CALL(setsockopt, ENOPROTOOPT, ENOMEM),
	CALL(sendto, ENOBUFS, EINTR, EPERM),
	CALL(recvmsg, ENOBUFS, EINTR, ENOMEM),
	CALL(recvfrom, ENOBUFS, EINTR, ENOMEM),
	CALL(openat, EMFILE, ENOMEM, EACCES, ENFILE, EINTR),
	CALL(read, EIO, EINTR, ENOMEM),
	CALL(pread64, EIO, EINTR),
	CALL(getdents64, ENOMEM, EIO),
	CALL(newfstatat, EACCES, EIO, ENOMEM),
	CALL(fstatfs, EIO, ENOMEM),
	CALL(statfs, EACCES, EIO, ENOMEM),
	CALL(readlinkat, EACCES, EIO),
	CALL(getcwd, ENOMEM, EACCES),
	CALL(mmap, ENOMEM, EAGAIN),
	CALL(fcntl, EMFILE, EAGAIN),
	CALL(dup, EMFILE, EBUSY, EINTR),
	CALL(flock, EINTR, ENOLCK, EAGAIN),
	CALL(mkdirat, ENOSPC, EPERM, ENOMEM),
	CALL(fchmodat, EPERM, EIO),
	CALL(fchmod, EPERM, EIO),
	CALL(dup3, EBUSY, EINTR),
	CALL(unlinkat, EPERM, EIO, EBUSY),
	CALL(renameat2, EPERM, EIO, ENOSPC),
	CALL(ioctl, EPERM),
	CALL(setns, EPERM, ENOMEM),
	CALL(capget, EPERM),
	CALL(prlimit64, EPERM),
#ifdef __NR_readlink
	CALL(readlink, EACCES, EIO),
	CALL(unlink, EPERM, EIO, EBUSY),
	CALL(rename, EPERM, EIO, ENOSPC),
	CALL(mkdir, ENOSPC, EPERM, ENOMEM),
	CALL(rmdir, EPERM, EIO, EBUSY),
#endif
};

static const char *const bpf_names[] = {
	[BPF_MAP_CREATE] = "MAP_CREATE",
	[BPF_MAP_LOOKUP_ELEM] = "MAP_LOOKUP_ELEM",
	[BPF_MAP_UPDATE_ELEM] = "MAP_UPDATE_ELEM",
	[BPF_PROG_LOAD] = "PROG_LOAD",
	[BPF_OBJ_PIN] = "OBJ_PIN",
	[BPF_OBJ_GET] = "OBJ_GET",
	[BPF_PROG_GET_FD_BY_ID] = "PROG_GET_FD_BY_ID",
	[BPF_MAP_GET_FD_BY_ID] = "MAP_GET_FD_BY_ID",
	[BPF_OBJ_GET_INFO_BY_FD] = "OBJ_GET_INFO_BY_FD",
	[BPF_BTF_LOAD] = "BTF_LOAD",
	[BPF_BTF_GET_FD_BY_ID] = "BTF_GET_FD_BY_ID",
	[BPF_MAP_FREEZE] = "MAP_FREEZE",
	[BPF_LINK_CREATE] = "LINK_CREATE",
	[BPF_LINK_GET_FD_BY_ID] = "LINK_GET_FD_BY_ID",
	[BPF_LINK_GET_NEXT_ID] = "LINK_GET_NEXT_ID",
	[BPF_ITER_CREATE] = "ITER_CREATE",
	[BPF_PROG_BIND_MAP] = "PROG_BIND_MAP",
	[BPF_PROG_TEST_RUN] = "PROG_TEST_RUN",
};

/*
 * struct injection
 * @n: the call that is hit; or the @n-th of the kind @at
 * @children: the calls of the command's children
 * @list: where all calls are written, or NULL
 * @actor: what is done meanwhile; @acts is its process, @acted what that ended with
 * @count: calls until now
 * @kind: what was hit
 */
struct injection {
	unsigned int n;
	char at[64];
	unsigned int rotation;
	bool kill;
	bool sticky;
	bool begun;
	bool children;
	FILE *list;
	const char *actor;
	pid_t acts;
	int acted;
	unsigned int count;
	unsigned int of_kind[N_CALLS][64];
	char kind[64];
	char hit[128];
};

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(125);
}

/* The filter: those calls wait for us, all others go on. */
static int listen_to_calls(void)
{
	struct sock_filter insns[N_CALLS + 3];
	struct sock_fprog prog = { .filter = insns };
	unsigned int n = 0;

	insns[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						  offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < N_CALLS; i++)
		insns[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].nr,
							  N_CALLS - i, 0);
	insns[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	insns[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
	prog.len = n;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
		       &prog);
}

/*
 * A child that shares our file descriptors until its exec, for which we wait: so
 * its listener is ours.
 */
static pid_t start(char **argv, int *listener)
{
	int *shared =
		mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	if (shared == MAP_FAILED)
		die("mmap");
	*shared = -1;
	pid = syscall(SYS_clone, CLONE_FILES | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
	if (!pid) {
		*shared = listen_to_calls();
		if (*shared >= 0)
			execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || *shared < 0)
		die("seccomp");
	*listener = *shared;
	return pid;
}

static const struct call *find_call(int nr)
{
	for (size_t i = 0; i < N_CALLS; i++)
		if (calls[i].nr == nr)
			return &calls[i];
	return NULL;
}

/* What a call is called, and the how many-th it is. */
static unsigned int classify(struct injection *j, const struct call *c,
			     const struct seccomp_data *d, char *kind)
{
	__u64 cmd = c->nr == __NR_bpf ? d->args[0] : 0;
	const char *name = NULL;

	if (c->nr == __NR_bpf && cmd < sizeof(bpf_names) / sizeof(bpf_names[0]))
		name = bpf_names[cmd];
	if (c->nr != __NR_bpf)
		snprintf(kind, sizeof(j->kind), "%s", c->name);
	else if (name)
		snprintf(kind, sizeof(j->kind), "bpf(%s)", name);
	else
		snprintf(kind, sizeof(j->kind), "bpf(%llu)", cmd);
	return ++j->of_kind[c - calls][cmd % 64];
}

static int choose_errno(const struct call *c, unsigned int rotation)
{
	unsigned int n = 0;

	while (n < ERRNOS && c->errnos[n])
		n++;
	return c->errnos[rotation % n];
}

static bool begins(struct injection *j, const struct seccomp_data *d)
{
	if (!j->begun && d->nr == __NR_prlimit64 && d->args[1] == RLIMIT_NOFILE)
		j->begun = true;
	return j->begun;
}

/* ---- the actor ---- */

/* Does a process of that group wait for a lock on a file? */
static bool waits_for_lock(pid_t group)
{
	FILE *f = fopen("/proc/locks", "re");
	bool waits = false;
	char line[256];
	pid_t pid;

	while (f && !waits && fgets(line, sizeof(line), f))
		waits = sscanf(line, "%*s -> %*s %*s %*s %d", &pid) == 1 && getpgid(pid) == group;
	if (f)
		fclose(f);
	return waits;
}

/* wait_for_actor() - until it has ended, or with @lock waits for one. */
static void wait_for_actor(struct injection *j, bool lock)
{
	int status;

	for (int i = 0; i < LIMIT && j->acts; i++) {
		if (waitpid(j->acts, &status, WNOHANG) == j->acts) {
			j->acted = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
			j->acts = 0;
		} else if (lock && waits_for_lock(j->acts)) {
			return;
		} else {
			usleep(PAUSE);
		}
	}
	if (j->acts) {
		kill(-j->acts, SIGKILL);
		waitpid(j->acts, &status, 0);
		j->acts = 0;
		j->acted = -1;
	}
}

static void act(struct injection *j)
{
	j->acts = fork();
	if (!j->acts) {
		setpgid(0, 0);
		execlp("bash", "bash", "-c", j->actor, NULL);
		_exit(127);
	}
	if (j->acts < 0)
		die("fork");
	wait_for_actor(j, true);
}

/* ---- the command ---- */

/* The errno with which this call fails, 0 if it goes on. */
static int decide(struct injection *j, const struct seccomp_data *d, pid_t pid, bool own)
{
	const struct call *c = find_call(d->nr);
	char kind[sizeof(j->kind)];
	unsigned int nth;
	int err;

	if (!c || !begins(j, d) || own == j->children)
		return 0;
	nth = classify(j, c, d, kind);
	j->count++;
	if (j->list)
		fprintf(j->list, "%s\n", kind);
	if (*j->at ? nth != j->n || strcmp(kind, j->at) : j->count != j->n)
		return j->sticky && j->count > j->n && !strcmp(kind, j->kind)
			       ? choose_errno(c, j->rotation)
			       : 0;
	strcpy(j->kind, kind);
	if (j->kill) {
		snprintf(j->hit, sizeof(j->hit), "%s %u KILL", kind, nth);
		kill(pid, SIGKILL);
		return EINTR;
	}
	if (j->actor) {
		snprintf(j->hit, sizeof(j->hit), "%s %u ACT", kind, nth);
		act(j);
		return 0;
	}
	err = choose_errno(c, j->rotation);
	snprintf(j->hit, sizeof(j->hit), "%s %u %s", kind, nth, strerrorname_np(err));
	return err;
}

/* Before Linux 6.11 the listener does not tell of the end of the command. */
static bool wait_for_call(const struct injection *j, int listener, int command)
{
	struct pollfd p[] = {
		{ .fd = listener, .events = POLLIN },
		{ .fd = j->children ? -1 : command, .events = POLLIN },
	};

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
	return p[0].revents & POLLIN;
}

static void serve(struct injection *j, int listener, pid_t pid)
{
	int command = syscall(SYS_pidfd_open, pid, 0);

	if (command < 0)
		die("pidfd_open");
	while (wait_for_call(j, listener, command)) {
		struct seccomp_notif_resp answer = { 0 };
		struct seccomp_notif call = { 0 };
		int err;

		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call))
			continue;
		err = decide(j, &call.data, j->children ? (pid_t)call.pid : pid,
			     (pid_t)call.pid == pid);
		answer.id = call.id;
		answer.error = -err;
		answer.flags = err ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
	close(command);
}

static void note(const struct injection *j, const char *path)
{
	FILE *f = j->list ? j->list : fopen(path, "w");

	if (!f)
		die(path);
	if (j->list)
		; /* it is complete */
	else if (*j->hit && j->actor && j->acted < 0)
		fprintf(f, "%s hangs\n", j->hit);
	else if (*j->hit && j->actor)
		fprintf(f, "%s %d\n", j->hit, j->acted);
	else if (*j->hit)
		fprintf(f, "%s\n", j->hit);
	else
		fprintf(f, "none %u\n", j->count);
	fclose(f);
}

int main(int argc, char **argv)
{
	struct injection j = { 0 };
	int listener, status;
	pid_t pid;

	while (argc > 1 && (!strcmp(argv[1], "-s") || !strcmp(argv[1], "-c"))) {
		j.sticky |= argv[1][1] == 's';
		j.children |= argv[1][1] == 'c';
		argc--;
		argv++;
	}
	if (argc > 3 && !strcmp(argv[2], "act")) {
		j.actor = argv[3];
		argv[3] = "act";
		argv[2] = argv[1];
		argc--;
		argv++;
	}
	if (argc < 5) {
		fprintf(stderr, "usage: inject [-s] N ROTATION|kill|act ACTOR FILE COMMAND...\n");
		return 125;
	}
	if (sscanf(argv[1], "%63[^:]:%u", j.at, &j.n) != 2) {
		j.n = atoi(argv[1]);
		*j.at = '\0';
	}
	j.kill = !strcmp(argv[2], "kill");
	if (!strcmp(argv[2], "list")) {
		j.list = fopen(argv[3], "we");
		if (!j.list)
			die(argv[3]);
	}
	j.rotation = atoi(argv[2]);
	pid = start(argv + 4, &listener);
	serve(&j, listener, pid);
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	wait_for_actor(&j, false);
	note(&j, argv[3]);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
