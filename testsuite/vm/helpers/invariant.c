// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Run a command of ours and compare what the kernel and the bpffs hold before
 * and after it, without the code that is tested. What is not as it must be, for
 * whatever command, is added to FILE, a line each.
 *
 *	invariant [-s] FILE COMMAND...
 *
 * After every command
 * - each attached dispatcher has its directory with all of its pins and no other,
 *   if it is a new one or had it before;
 * - no directory is new but that of an attached dispatcher, and one whose
 *   dispatcher is attached no more is gone; no other pin is new but of a map that
 *   runs;
 * - each map that is still there holds what it held. Where packets came in, only
 *   those are compared that no program can write.
 *
 * After one that takes no program out, all maps that ran still run. After one that
 * shows, that tries (dry-run) or that fails, and with -s after any, nothing is
 * changed at all: what is attached and pinned, with their maps, and nothing new is
 * left in the kernel, once it has freed what it frees later.
 *
 * The exit status is the command's. MADE as in objects.c; LIBXDP_BPFFS is honoured.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "look.h"

#define TRIES 1000
#define PAUSE 10000

/* struct command - what there is to know of it */
struct command {
	char **argv;
	const char *verb; /* NULL: not known */
	bool strict;
	bool reads;
	bool keeps; /* takes no program out */
	bool whole; /* done or not done, never half */
	int status;
};

static FILE *report;
static const struct command *reported;

__attribute__((format(printf, 1, 2))) static void wrong(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(report, format, args);
	va_end(args);
	fputs(", after:", report);
	for (char **word = reported->argv; *word; word++)
		fprintf(report, " %s", *word);
	fputc('\n', report);
}

/* ---- what the command is ---- */

static bool one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(word, *list))
			return true;
	return false;
}

static bool has_word(char **argv, const char *word)
{
	for (; *argv; argv++)
		if (!strcmp(*argv, word))
			return true;
	return false;
}

static void understand(struct command *c)
{
	static const char *const reading[] = { "show", "list",	  "check", "save", "features",
					       "help", "monitor", "test",  NULL };
	static const char *const whole[] = { "add",	"replace", "change", "del",    "share",
					     "restore", "adopt",   "set",    "expect", NULL };
	const char *name = strrchr(c->argv[0], '/');
	char **word = c->argv;

	while (*word && strcmp(*word, "multi"))
		word++;
	if (strcmp(name ? name + 1 : c->argv[0], "ip") || !*word)
		return;
	c->verb = word[1] ? word[1] : "show";
	c->reads = one_of(c->verb, reading) || has_word(word, "dry-run");
	c->whole = one_of(c->verb, whole);
	c->keeps = !strcmp(c->verb, "set") || !strcmp(c->verb, "adopt") ||
		   (!strcmp(c->verb, "add") && !has_word(word, "overwrite")) ||
		   (!strcmp(c->verb, "change") && !has_word(word, "object") &&
		    !has_word(word, "obj") && !has_word(word, "id") && !has_word(word, "pinned"));
}

static int run(char **argv)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 126;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* ---- what must be so after each ---- */

static void check_dispatchers(const struct world *before, const struct world *now)
{
	for (unsigned int i = 0; i < now->n_attached; i++) {
		const struct attached *a = &now->attached[i];
		const struct attached *old = find_attached(before, a->netns, a->ifindex);

		if (a->ours && *a->wrong && (!old || old->id != a->id || !*old->wrong))
			wrong("dispatcher %u of %s: %s", a->id, a->name, a->wrong);
	}
}

static void check_pins(const struct world *before, const struct world *now)
{
	for (unsigned int i = 0; i < now->n_pins; i++) {
		const struct pin *p = &now->pins[i];
		const struct map *m = p->kind == 'm' ? find_map(now, p->id) : NULL;

		if (find_pin(before, p->path) || p->in_dir)
			continue;
		if (p->kind == 'd' ? p->dir_id && !runs(now, p->dir_ifindex, p->dir_id)
				   : !m || !m->runs)
			wrong("nothing needs the pin %s", p->path);
	}
	for (unsigned int i = 0; i < before->n_pins; i++) {
		const struct pin *p = &before->pins[i];

		if (p->dir_id && runs(before, p->dir_ifindex, p->dir_id) &&
		    !runs(now, p->dir_ifindex, p->dir_id) && find_pin(now, p->path))
			wrong("nothing needs the pin %s any more", p->path);
	}
}

/* Kinds of maps that only system calls write. */
static bool only_calls_write(const struct map *m)
{
	switch (m->type) {
	case BPF_MAP_TYPE_PROG_ARRAY:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
	case BPF_MAP_TYPE_CPUMAP:
	case BPF_MAP_TYPE_LPM_TRIE:
		return true;
	default:
		return m->flags & BPF_F_RDONLY_PROG;
	}
}

/* Where our counters begin: a change that lets some begin at 0 writes there. */
static bool is_ours(const struct map *m)
{
	return !strcmp(m->name, "multi_offsets");
}

/* @all: of what is ours too */
static void check_maps(const struct world *before, const struct world *now, bool all)
{
	bool quiet = before->packets == now->packets_after;

	for (unsigned int i = 0; i < before->n_maps; i++) {
		const struct map *m = &before->maps[i], *new = find_map(now, m->id);

		if (new &&new->hash != m->hash && (quiet || only_calls_write(m)) &&
		    (all || !is_ours(m)))
			wrong("the contents of map %u (%s) have changed", m->id, m->name);
	}
}

static void check_kept(const struct world *before, const struct world *now)
{
	for (unsigned int i = 0; i < before->n_maps; i++) {
		const struct map *m = &before->maps[i], *new = find_map(now, m->id);

		/* An entry that is disabled is pinned. */
		if (m->runs && !new)
			wrong("map %u (%s) of a running program is used no more", m->id, m->name);
	}
}

/* ---- what must be so where nothing may change ---- */

static void check_same(const struct world *before, const struct world *now)
{
	for (unsigned int i = 0; i < before->n_attached; i++) {
		const struct attached *a = &before->attached[i];
		const struct attached *new = find_attached(now, a->netns, a->ifindex);

		if (!new || new->id != a->id)
			wrong("program %u of %s is attached no more", a->id, a->name);
	}
	for (unsigned int i = 0; i < now->n_attached; i++)
		if (!find_attached(before, now->attached[i].netns, now->attached[i].ifindex))
			wrong("a program is attached to %s", now->attached[i].name);
	for (unsigned int i = 0; i < before->n_pins; i++) {
		const struct pin *p = &before->pins[i], *new = find_pin(now, p->path);

		if (!new)
			wrong("the pin %s is gone", p->path);
		else if (new->id != p->id || new->kind != p->kind || new->mode != p->mode)
			wrong("the pin %s is another", p->path);
	}
	for (unsigned int i = 0; i < now->n_pins; i++)
		if (!find_pin(before, now->pins[i].path))
			wrong("the pin %s is new", now->pins[i].path);
	for (unsigned int i = 0; i < before->n_maps; i++)
		if (!find_map(now, before->maps[i].id))
			wrong("map %u (%s) is gone", before->maps[i].id, before->maps[i].name);
}

/*
 * Linux loses a reference to a tail-call map that somebody opens by its id just when its
 * last user has gone.  Where others use this kernel too, that happens: such a map, with no
 * program, link or pin of the same command, is not what a command has left.
 */
static bool is_lost_by_kernel(unsigned int kind, __u32 id)
{
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof(info);
	int fd = kind == 1 && getenv("MADE") ? bpf_map_get_fd_by_id(id) : -1;
	bool is_calls = fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &len) &&
			info.type == BPF_MAP_TYPE_PROG_ARRAY;

	if (fd >= 0)
		close(fd);
	return is_calls;
}

/* What is freed later may take its time. */
static void check_nothing_new(const struct world *before)
{
	static const char *const kinds[] = { "program", "map", "link" };
	unsigned int kind = 0;
	__u32 id = 0;

	for (int i = 0; i < TRIES; i++) {
		id = something_new(before, &kind);
		if (!id)
			return;
		usleep(PAUSE);
	}
	if (!is_lost_by_kernel(kind, id))
		wrong("%s %u is left in the kernel", kinds[kind], id);
}

static void compare(const struct command *c, const struct world *before)
{
	bool changes_nothing = c->strict || c->reads || (c->whole && c->status);
	struct world *now = look();

	check_dispatchers(before, now);
	check_maps(before, now, changes_nothing);
	if (changes_nothing) {
		check_same(before, now);
		check_nothing_new(before);
	} else {
		/* Who is killed leaves pins for the next. */
		if (c->status < 128)
			check_pins(before, now);
		if (c->keeps)
			check_kept(before, now);
	}
}

int main(int argc, char **argv)
{
	struct command c = { 0 };
	struct world *before;

	if (argc > 1 && !strcmp(argv[1], "-s")) {
		c.strict = true;
		argc--;
		argv++;
	}
	if (argc < 3) {
		fprintf(stderr, "usage: invariant [-s] FILE COMMAND...\n");
		return 125;
	}
	c.argv = argv + 2;
	understand(&c);
	report = fopen(argv[1], "ae");
	if (!report) {
		perror(argv[1]);
		return 125;
	}
	reported = &c;
	before = look();
	c.status = run(c.argv);
	compare(&c, before);
	return fclose(report) ? 125 : c.status;
}
