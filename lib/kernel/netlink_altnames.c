// SPDX-License-Identifier: GPL-2.0-or-later
/* rtnetlink: the alternative names of an interface. */
#include "kernel/netlink_altnames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "kernel/netlink_internal.h"

static int add_name(struct altnames *a, const struct nlattr *attr)
{
	char **names;

	if (mnl_attr_get_type(attr) != IFLA_ALT_IFNAME ||
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
		return 0;
	names = realloc(a->names, (a->n + 1) * sizeof(*names));
	if (!names)
		return -ENOMEM;
	a->names = names;
	names[a->n] = strdup(mnl_attr_get_str(attr));
	return names[a->n++] ? 0 : -ENOMEM;
}

static int add_names(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr, *name;
	int err = 0;

	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg))
	{
		if ((mnl_attr_get_type(attr) & NLA_TYPE_MASK) != IFLA_PROP_LIST)
			continue;
		mnl_attr_for_each_nested(name, attr)
		{
			if (!err)
				err = add_name(arg, name);
		}
	}
	return err;
}

int altnames_read(struct netlink *nl, int ifindex, struct altnames *a, struct report *r)
{
	char buf[REQUEST_MAX], text[EXTACK_MAX + 1];
	struct answer answer = { 0 };
	int err = netlink_exchange(nl, netlink_put_header(buf, RTM_GETLINK, 0, ifindex), add_names,
				   a, &answer);

	if (err == -ENOMEM)
		return report_no_memory(r);
	if (!err)
		return 0;
	return report_fail(r, STATUS_NOT_TRIED, -err,
			   "Cannot read the names of device \"if%d\": %s", ifindex,
			   netlink_reason(&answer, err, text));
}

void altnames_free(struct altnames *a)
{
	for (unsigned int i = 0; i < a->n; i++)
		free(a->names[i]);
	free(a->names);
	*a = (struct altnames){ 0 };
}
