// SPDX-License-Identifier: GPL-2.0-or-later
/* The BPF token of this process. */
#include "kernel/token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "kernel/caps.h"
#include "kernel/kobj.h"

/* Of Linux 6.9, which older headers do not have. */
#define TOKEN_CREATE 36
#define F_TOKEN_FD   (1U << 16)

/* libbpf can ask for a log of any call by this flag. */
#define COMMON_ATTRS (1 << 16)

static struct {
	int fd;
	int root;
	int *kept;
	size_t n_kept;
	const char *lack;
	char denied[64];
} token = { .fd = -1, .root = -1 };

/* ---- what is delegated ---- */

/* struct right - a bit of a line of the token's fdinfo, and what it is to the user */
struct right {
	const char *line;
	unsigned int bit;
	const char *lack;
};

#define WITHOUT(right) ", because the bpffs is mounted without \"" right "\""

/* What no chain can do without.  libbpf probes the kernel with a socket filter.  An
 * extension's attach type is 0, which has this name. */
static const struct right rights[] = {
	{ "allowed_cmds:", BPF_MAP_CREATE, WITHOUT("delegate_cmds=map_create") },
	{ "allowed_cmds:", BPF_PROG_LOAD, WITHOUT("delegate_cmds=prog_load") },
	{ "allowed_cmds:", BPF_BTF_LOAD, WITHOUT("delegate_cmds=btf_load") },
	{ "allowed_cmds:", BPF_BTF_GET_FD_BY_ID, WITHOUT("delegate_cmds=btf_get_fd_by_id") },
	{ "allowed_maps:", BPF_MAP_TYPE_ARRAY, WITHOUT("delegate_maps=array") },
	{ "allowed_progs:", BPF_PROG_TYPE_SOCKET_FILTER, WITHOUT("delegate_progs=socket_filter") },
	{ "allowed_progs:", BPF_PROG_TYPE_XDP, WITHOUT("delegate_progs=xdp") },
	{ "allowed_progs:", BPF_PROG_TYPE_EXT, WITHOUT("delegate_progs=ext") },
	{ "allowed_attachs:", BPF_XDP, WITHOUT("delegate_attachs=xdp") },
	{ "allowed_attachs:", 0, WITHOUT("delegate_attachs=cgroup_inet_ingress") },
};

static bool allows(const char *line, const struct right *right)
{
	const char *value = line + strlen(right->line);

	value += strspn(value, "\t ");
	return !strncmp(value, "any", 3) || strtoull(value, NULL, 16) & 1ULL << right->bit;
}

/* The first of @n that is missing into @lack, or NULL.  0, or -errno if that cannot be read. */
static int find_lack(int fd, const struct right *of, size_t n, const char **lack)
{
	char path[64], line[128];
	FILE *f;

	*lack = NULL;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (!*lack && fgets(line, sizeof(line), f))
		for (size_t i = 0; !*lack && i < n; i++)
			if (!strncmp(line, of[i].line, strlen(of[i].line)) && !allows(line, &of[i]))
				*lack = of[i].lack;
	fclose(f);
	return 0;
}

void token_refused(int cmd, const void *attr)
{
	struct right right = { .line = "allowed_maps:" };
	const char *name, *lack;
	uint32_t type;

	if ((cmd & ~COMMON_ATTRS) != BPF_MAP_CREATE)
		return;
	memcpy(&type, attr, sizeof(type));
	name = libbpf_bpf_map_type_str(type);
	right.bit = type;
	right.lack = name;
	if (name && !find_lack(token.fd, &right, 1, &lack) && lack)
		snprintf(token.denied, sizeof(token.denied), "delegate_maps=%s", name);
}

const char *token_denied(void)
{
	return token.denied;
}

/* ---- the calls ---- */

/* Where the calls that take a token have their flags, and the token: offsets into
 * union bpf_attr. */
static const struct layout {
	int cmd;
	unsigned int flags;
	unsigned int fd;
} layouts[] = {
	{ BPF_MAP_CREATE, 16, 76 },
	{ BPF_PROG_LOAD, 44, 144 },
	{ BPF_BTF_LOAD, 32, 36 },
	{ BPF_BTF_GET_FD_BY_ID, 8, 12 },
};

static const struct layout *find_layout(int cmd)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (layouts[i].cmd == (cmd & ~COMMON_ATTRS))
			return &layouts[i];
	return NULL;
}

bool token_add(int fd, int cmd, const void *attr, size_t size, struct token_call *call)
{
	const struct layout *at = fd < 0 ? NULL : find_layout(cmd);
	size_t least = at ? at->fd + sizeof(fd) : 0;
	uint32_t flags;

	if (!at || size > sizeof(call->attr))
		return false;
	*call = (struct token_call){
		.size = size > least ? size : least,
		.flags = at->flags,
		.fd = at->fd,
	};
	memcpy(call->attr, attr, size);
	memcpy(&flags, call->attr + at->flags, sizeof(flags));
	if (flags & F_TOKEN_FD)
		return false;
	flags |= F_TOKEN_FD;
	memcpy(call->attr + at->flags, &flags, sizeof(flags));
	memcpy(call->attr + at->fd, &fd, sizeof(fd));
	return true;
}

/* A number that the caller's argument has too becomes the caller's again. */
static void put_back(struct token_call *call, const char *attr, size_t size, size_t at)
{
	if (at + sizeof(uint32_t) <= size)
		memcpy(call->attr + at, attr + at, sizeof(uint32_t));
}

void token_answer(struct token_call *call, void *attr, size_t size)
{
	put_back(call, attr, size, call->flags);
	put_back(call, attr, size, call->fd);
	memcpy(attr, call->attr, size);
}

/* ---- the token ---- */

static int create(int root)
{
	const struct {
		uint32_t flags;
		int32_t bpffs;
	} attr = { .bpffs = root };

	return syscall(SYS_bpf, TOKEN_CREATE, &attr, sizeof(attr));
}

/*
 * libbpf makes the call, as it makes those for a chain.  No BTF has the id 0, which only a
 * call with the token is told.  Before Linux 6.15 a token there makes it invalid.
 */
static int find_btf_lack(const char **lack)
{
	int fd = bpf_btf_get_fd_by_id(0);

	if (fd >= 0)
		close(fd);
	if (fd >= 0 || errno == ENOENT)
		return 0;
	if (kobj_is_shortage(errno))
		return -errno;
	if (errno == EINVAL)
		*lack = ", because Linux before 6.15 reads no BTF with a BPF token";
	else if (caps_are_root())
		*lack = ", because this program was built without BPF tokens";
	else
		*lack = ", because CAP_SYS_ADMIN is missing in that of this process";
	return 0;
}

static void drop(void)
{
	if (token.fd >= 0)
		close(token.fd);
	if (token.root >= 0)
		close(token.root);
	token.fd = token.root = -1;
}

/* Is anything missing?  Then token.lack says what.  0, or -errno if that cannot be found out. */
static int examine(void)
{
	int err = find_lack(token.fd, rights, sizeof(rights) / sizeof(rights[0]), &token.lack);

	return err || token.lack ? err : find_btf_lack(&token.lack);
}

int token_open(int root, struct report *r)
{
	int err;

	*token.denied = '\0';
	if (token_has() || !caps_in_container())
		return 0;
	token.fd = create(root);
	err = token.fd < 0 ? -errno : 0;
	if (!err) {
		token.root = fcntl(root, F_DUPFD_CLOEXEC, 3);
		err = token.root < 0 ? -errno : examine();
	}
	if (err || token.lack)
		drop();
	if (!kobj_is_shortage(-err))
		return 0;
	return report_fail(r, STATUS_NOT_TRIED, -err, "Cannot take a BPF token: %s",
			   strerror(-err));
}

void token_close(void)
{
	token.lack = NULL;
	*token.denied = '\0';
	drop();
	while (token.n_kept)
		close(token.kept[--token.n_kept]);
	free(token.kept);
	token.kept = NULL;
}

int token_fd(void)
{
	return token.fd;
}

bool token_has(void)
{
	return token.fd >= 0;
}

const char *token_lack(void)
{
	return token.lack ? token.lack : "";
}

int token_xdp(void)
{
	int fd = openat(token.root, "xdp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

void token_keep(int fd)
{
	int *more = token_has() ? realloc(token.kept, (token.n_kept + 1) * sizeof(*more)) : NULL;

	if (!more) {
		close(fd);
		return;
	}
	token.kept = more;
	token.kept[token.n_kept++] = fd;
}
