// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Run a command as root of its own user, mount and network namespaces, as a container
 * engine does, with a BPF filesystem that delegates rights (Linux 6.9): all, but of a kind
 * only those that are named.
 *
 *	delegated [-o delegate_KIND=NAME[:NAME...]]... COMMAND...
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAILED	 125
#define ROOT_MAP "0 100000 65536"

static void die(const char *what)
{
	fprintf(stderr, "delegated: %s: %s\n", what, strerror(errno));
	exit(FAILED);
}

/* A message of one byte, with a descriptor unless it is negative. */
static void give(int sock, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = "", byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		m.msg_control = control;
		m.msg_controllen = sizeof(control);
		CMSG_FIRSTHDR(&m)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&m)->cmsg_type = SCM_RIGHTS;
		CMSG_FIRSTHDR(&m)->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &fd, sizeof(fd));
	}
	if (sendmsg(sock, &m, 0) != 1)
		die("sendmsg");
}

/* The descriptor of the next message, or -1. */
static int take(int sock)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	int fd = -1;

	if (recvmsg(sock, &m, MSG_CMSG_CLOEXEC) != 1)
		exit(FAILED);
	if (CMSG_FIRSTHDR(&m))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

static void map_root(pid_t pid, const char *file)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, ROOT_MAP, strlen(ROOT_MAP)) < 0)
		die(path);
	close(fd);
}

/* In the container: its user namespace owns the filesystem, and only the host may say
 * what that delegates. */
static void contain(int sock)
{
	int fs, mnt;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET))
		die("unshare");
	give(sock, -1);
	take(sock);
	if (setgid(0) || setuid(0) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		die("root of the container");
	fs = fsopen("bpf", FSOPEN_CLOEXEC);
	if (fs < 0)
		die("fsopen");
	give(sock, fs);
	mnt = take(sock);
	if (move_mount(mnt, "", AT_FDCWD, "/sys/fs/bpf", MOVE_MOUNT_F_EMPTY_PATH))
		die("move_mount");
}

/* @limits: "-o" and a kind up to its '=' by turns, @n of them */
static void set_right(int fs, const char *kind, char **limits, int n)
{
	size_t len = strlen(kind);
	const char *names = "any";

	for (int i = 1; i < n; i += 2)
		if (!strncmp(limits[i], kind, len) && limits[i][len] == '=')
			names = limits[i] + len + 1;
	if (fsconfig(fs, FSCONFIG_SET_STRING, kind, names, 0))
		die(kind);
}

static void delegate(int sock, pid_t pid, char **limits, int n)
{
	static const char *const rights[] = { "delegate_cmds", "delegate_maps", "delegate_progs",
					      "delegate_attachs" };
	int fs, mnt;

	take(sock);
	map_root(pid, "uid_map");
	map_root(pid, "gid_map");
	give(sock, -1);
	fs = take(sock);
	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++)
		set_right(fs, rights[i], limits, n);
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		die("fsconfig");
	mnt = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mnt < 0)
		die("fsmount");
	give(sock, mnt);
}

int main(int argc, char **argv)
{
	int socks[2], status, n = 0;
	pid_t pid;

	while (n + 2 < argc && !strcmp(argv[1 + n], "-o"))
		n += 2;
	if (n + 1 == argc || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, socks))
		return FAILED;
	pid = fork();
	if (!pid) {
		close(socks[0]);
		contain(socks[1]);
		execvp(argv[1 + n], argv + 1 + n);
		die(argv[1 + n]);
	}
	close(socks[1]);
	delegate(socks[0], pid, argv + 1, n);
	if (waitpid(pid, &status, 0) != pid)
		return FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}
