// SPDX-License-Identifier: GPL-2.0-or-later
/* Where is a BPF object pinned? */
#include <dirent.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "kernel/held.h"
#include "kernel/holder.h"
#include "kernel/kobj.h"

#define MAX_DEPTH 16

/* struct search - for a pin of this link, or of this program if there is none */
struct search {
	__u32 prog;
	__u32 link;
	char path[4096];
};

static bool is_wanted(const struct search *s, int fd)
{
	struct kobj_link link;
	struct kobj_prog prog;

	if (s->link)
		return held_is(fd, HELD_LINK) > 0 && !kobj_link_info(fd, &link, NULL) &&
		       link.id == s->link;
	return held_is(fd, HELD_PROG) > 0 && !kobj_prog_info(fd, &prog, NULL) && prog.id == s->prog;
}

static bool is_pin(const struct search *s)
{
	int fd = bpf_obj_get(s->path);
	bool is;

	if (fd < 0)
		return false;
	is = is_wanted(s, fd);
	close(fd);
	return is;
}

/* Below the directory s->path; what is found stays there. */
static bool search_dir(struct search *s, unsigned int depth)
{
	size_t len = strlen(s->path);
	DIR *dir = depth < MAX_DEPTH ? opendir(s->path) : NULL;
	struct dirent *e;
	bool found = false;

	while (dir && !found && (e = readdir(dir))) {
		int n;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		n = snprintf(s->path + len, sizeof(s->path) - len, "/%s", e->d_name);
		if (n < 0 || (size_t)n >= sizeof(s->path) - len)
			continue;
		if (e->d_type == DT_DIR)
			found = search_dir(s, depth + 1);
		else if (e->d_type == DT_REG)
			found = is_pin(s);
	}
	if (!found)
		s->path[len] = '\0';
	if (dir)
		closedir(dir);
	return found;
}

bool holder_pin(__u32 prog, __u32 link, char *path, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct search s = { .prog = prog, .link = link };
	char line[4096];
	struct mntent m;
	bool found = false;

	while (mounts && !found && getmntent_r(mounts, &m, line, sizeof(line))) {
		if (strcmp(m.mnt_type, "bpf") || strlen(m.mnt_dir) >= sizeof(s.path))
			continue;
		strcpy(s.path, m.mnt_dir);
		found = search_dir(&s, 0);
	}
	if (mounts)
		endmntent(mounts);
	if (found)
		snprintf(path, size, "%s", s.path);
	return found;
}

const char *holder_text(__u32 prog, __u32 link, char *buf, size_t size)
{
	char path[512];
	struct holder h;
	size_t len = 0;

	*buf = '\0';
	if (holder_find(prog, link, &h))
		len = snprintf(buf, size, ", held by process %d (%s)", h.pid, h.command);
	if (len < size && holder_pin(prog, link, path, sizeof(path)))
		snprintf(buf + len, size - len, ", pinned at %s", path);
	return buf;
}
