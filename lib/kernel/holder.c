// SPDX-License-Identifier: GPL-2.0-or-later
/* Which process has a BPF object open? */
#include "kernel/holder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Has the line with this key that number? */
static bool has_number(const char *path, const char *key, __u32 number)
{
	FILE *f = fopen(path, "re");
	bool found = false;
	char line[128];
	unsigned int value;
	size_t len = strlen(key);

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, key, len) && sscanf(line + len, "%u", &value) == 1 &&
			value == number;
	if (f)
		fclose(f);
	return found;
}

static bool has_open(const char *pid, const char *key, __u32 number)
{
	char path[600];
	struct dirent *fd;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/fdinfo", pid);
	dir = opendir(path);
	while (dir && !found && (fd = readdir(dir))) {
		if (*fd->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/fdinfo/%s", pid, fd->d_name);
		found = has_number(path, key, number);
	}
	if (dir)
		closedir(dir);
	return found;
}

static bool runs_the_same(const char *pid, const struct stat *self)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%.20s/exe", pid);
	return !stat(path, &st) && st.st_dev == self->st_dev && st.st_ino == self->st_ino;
}

static void name_it(const char *pid, struct holder *h)
{
	char path[64];
	FILE *f;

	*h = (struct holder){ .pid = atoi(pid) };
	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	f = fopen(path, "re");
	if (f && fgets(h->command, sizeof(h->command), f))
		h->command[strcspn(h->command, "\n")] = '\0';
	if (f)
		fclose(f);
}

bool holder_find(__u32 prog, __u32 link, struct holder *h)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;
	struct stat self = { 0 };
	bool found = false;

	stat("/proc/self/exe", &self);
	while (proc && !found && (e = readdir(proc))) {
		if (*e->d_name < '1' || *e->d_name > '9' || runs_the_same(e->d_name, &self))
			continue;
		found = link ? has_open(e->d_name, "link_id:", link)
			     : has_open(e->d_name, "prog_id:", prog);
		if (found)
			name_it(e->d_name, h);
	}
	if (proc)
		closedir(proc);
	return found;
}
