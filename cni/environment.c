// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the environment that the runtime sets. */
#include "environment.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/netlink.h"

#define BIT(command) (1U << (command))

static const char *const commands[] = {
	[CNI_ADD] = "ADD", [CNI_DEL] = "DEL",	    [CNI_CHECK] = "CHECK",
	[CNI_GC] = "GC",   [CNI_STATUS] = "STATUS", [CNI_VERSION] = "VERSION",
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

bool cni_name_valid(const char *name)
{
	const char *p = name;

	if (!isalnum((unsigned char)*p) || strlen(p) > CNI_NAME_MAX)
		return false;
	while (isalnum((unsigned char)*p) || (*p && strchr("_.-", *p)))
		p++;
	return !*p;
}

static const char *get(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static int read_command(enum cni_command *command, struct cni_error *e)
{
	const char *word = get("CNI_COMMAND");

	for (unsigned int i = 0; word && i < N_COMMANDS; i++) {
		if (strcmp(word, commands[i]) != 0)
			continue;
		*command = i;
		return 0;
	}
	if (!word)
		return cni_fail(e, CNI_BAD_ENVIRONMENT, "CNI_COMMAND is missing");
	return cni_fail(e, CNI_BAD_ENVIRONMENT, "CNI_COMMAND \"%.300s\" is not known", word);
}

static int check_missing(const struct cni_environment *env, struct cni_error *e)
{
	const unsigned int of_container = BIT(CNI_ADD) | BIT(CNI_DEL) | BIT(CNI_CHECK);
	const struct {
		const char *name;
		const char *value;
		unsigned int commands;
	} needed[] = {
		{ "CNI_CONTAINERID", env->container, of_container },
		{ "CNI_NETNS", env->netns, BIT(CNI_ADD) | BIT(CNI_CHECK) },
		{ "CNI_IFNAME", env->ifname, of_container },
		{ "CNI_PATH", get("CNI_PATH"), of_container | BIT(CNI_GC) | BIT(CNI_STATUS) },
	};
	char missing[128] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!needed[i].value && needed[i].commands & BIT(env->command))
			len += snprintf(missing + len, sizeof(missing) - len, "%s%s",
					len ? ", " : "", needed[i].name);
	return len ? cni_fail(e, CNI_BAD_ENVIRONMENT, "missing in the environment: %s", missing)
		   : 0;
}

int cni_environment_read(struct cni_environment *env, struct cni_error *e)
{
	const char *override = get("CNI_NETNS_OVERRIDE");

	*env = (struct cni_environment){
		.container = get("CNI_CONTAINERID"),
		.netns = get("CNI_NETNS"),
		.ifname = get("CNI_IFNAME"),
		.may_be_own_netns =
			override && (!strcmp(override, "1") || !strcasecmp(override, "true")),
	};
	if (read_command(&env->command, e))
		return -1;
	if (check_missing(env, e))
		return -1;
	if (env->command > CNI_CHECK)
		return 0;
	if (!cni_name_valid(env->container))
		return cni_fail(e, CNI_BAD_ENVIRONMENT, "CNI_CONTAINERID \"%.300s\" is not valid",
				env->container);
	if (!netlink_name_valid(env->ifname))
		return cni_fail(e, CNI_BAD_ENVIRONMENT, "CNI_IFNAME \"%.300s\" is not valid",
				env->ifname);
	if (env->netns && !strchr(env->netns, '/'))
		return cni_fail(e, CNI_BAD_ENVIRONMENT, "CNI_NETNS \"%.300s\" is not a path",
				env->netns);
	return 0;
}
