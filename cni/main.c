// SPDX-License-Identifier: GPL-2.0-or-later
/* The CNI plugin: one call, one command, one answer. */
#include <signal.h>
#include <stdlib.h>

#include "config.h"
#include "environment.h"
#include "error.h"
#include "verbs.h"

int main(void)
{
	struct cni_config config = { .version = CNI_NEWEST };
	struct cni_environment env;
	struct cni_error e = { 0 };
	const char *command = getenv("CNI_COMMAND");
	int err;

	if (!command || !*command) {
		cni_config_print_about();
		return 0;
	}
	/* If the caller does not read the result, the chain is removed again. */
	signal(SIGPIPE, SIG_IGN);
	err = cni_environment_read(&env, &e);
	if (!err && env.command != CNI_VERSION)
		err = cni_config_read(&config, env.command, &e);
	if (!err)
		err = verbs_run(&env, &config, &e);
	if (err)
		cni_error_print(&e, config.version);
	cni_config_free(&config);
	return err ? 1 : 0;
}
