// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The OCI hook: gives the interface of a container its chain when the container is created,
 * and removes it when the container is deleted.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/netns.h"
#include "model/text.h"
#include "mounts.h"
#include "session/tenant.h"
#include "state.h"
#include "syntax/chainfile.h"

#define PATIENCE 5000 /* milliseconds for the interface to come */

static void write_owner(char *owner, const struct oci_state *s)
{
	snprintf(owner, OWNER_SIZE, "oci %s %s", s->id, s->ifname);
}

/* ---- create ---- */

static int attach(const struct oci_state *s, const char *netns, struct report *r)
{
	struct request rq = {
		.verb = VERB_RESTORE,
		.wait = REQUEST_DEFAULT_WAIT,
		.file = s->chain,
	};
	struct chainfile file = { 0 };
	char owner[OWNER_SIZE];
	const struct tenant t = {
		.owner = owner,
		.netns = netns,
		.ifname = s->ifname,
		.patience = PATIENCE,
		.rq = &rq,
	};
	int err = chainfile_read_regular(&file, s->chain, &rq, r);

	write_owner(owner, s);
	if (!err)
		err = tenant_add(&t, r);
	chainfile_free(&file);
	request_free(&rq);
	return err < 0 ? err : 0;
}

/* Interfaces of the host must not get the chain of a container, which may have been made
 * without a network namespace. */
static int refuse_host(int netns, struct report *r)
{
	int is = netns_is_at(netns, NETNS_OWN, r);

	if (!is)
		is = netns_is_at(netns, NETNS_INIT, r);
	return is <= 0 ? is
		       : report_fail(r, STATUS_NOT_TRIED, EINVAL,
				     "The container is in the network namespace of the host");
}

/* The process is one of this mount namespace's /proc, so it is looked up here first. */
static int create(const struct oci_state *s, struct report *r)
{
	char path[64];
	int fd, err;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)s->pid);
	fd = netns_open(path, r);
	if (fd < 0)
		return fd;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = mounts_enter_init(r);
	if (!err)
		err = refuse_host(fd, r);
	if (!err)
		err = attach(s, path, r);
	close(fd);
	return err;
}

/* ---- delete ---- */

/* For any interface, because annotations may have changed. */
static bool is_of_container(const char *owner, void *arg)
{
	const struct oci_state *s = arg;
	size_t len = strlen(s->id);

	return !strncmp(owner, "oci ", 4) && !strncmp(owner + 4, s->id, len) &&
	       owner[4 + len] == ' ';
}

static int delete (struct oci_state *s, struct report *r)
{
	struct owner_filter whose = { .matches = is_of_container, .arg = s };
	const struct oci_state any = { .id = s->id, .ifname = "any" };
	char owner[OWNER_SIZE];
	int err = mounts_enter_init(r);

	write_owner(owner, &any);
	whose.key = owner_key(owner);
	return err ? err : tenant_release(&whose, NULL, r);
}

/* ---- */

/* One line, whatever the state has in it. */
static void print_line(const struct oci_state *s, const char *text)
{
	char id[65], line[4 * REPORT_ERROR_MAX];

	fprintf(stderr, "xdp-multi-oci: container %s: %s\n",
		text_escape(s->id ? s->id : "unknown", id, sizeof(id)),
		text_escape(text, line, sizeof(line)));
}

static void print(const struct oci_state *s, struct report *r)
{
	for (size_t i = 0; i < r->n_warnings; i++)
		print_line(s, r->warnings[i]);
	if (*report_error(r))
		print_line(s, report_cause(r));
}

static void usage(void)
{
	fputs("Usage: xdp-multi-oci [ CHAIN-FILE ] < STATE\n"
	      "An OCI hook for createRuntime and poststop, see xdp-multi-oci(8).\n"
	      "It reads the state of a container on stdin.\n",
	      stderr);
}

int main(int argc, char **argv)
{
	struct report r = REPORT_INIT;
	struct oci_state s;
	int err;

	if (isatty(STDIN_FILENO) || argc > 2 || (argc == 2 && *argv[1] == '-')) {
		usage();
		return 255;
	}
	err = oci_state_read(&s, argc == 2 ? argv[1] : NULL, &r);
	if (!err && s.stopped)
		err = delete (&s, &r);
	else if (!err && s.chain)
		err = create(&s, &r);
	print(&s, &r);
	report_free(&r);
	oci_state_free(&s);
	return err ? 1 : 0;
}
