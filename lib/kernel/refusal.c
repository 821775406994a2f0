// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds out why the kernel refused an XDP program. */
#include "kernel/refusal.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <linux/if_ether.h>

#include "kernel/netdev.h"

/*
 * All messages that mean "no native mode": of the core, for a driver without ndo_bpf, and
 * of bonding, for a bond mode or a port without it.
 */
static const char *const no_native[] = {
	"Underlying driver does not support XDP in native mode",
	"No native XDP support for the current bonding mode",
	"Slave device does not support XDP",
};

/* The core's, where the device splits headers from data (Linux 6.14). */
static const char data_split[] = "tcp-data-split";

static bool says_no_native(const char *text)
{
	for (size_t i = 0; i < sizeof(no_native) / sizeof(no_native[0]); i++)
		if (strcasestr(text, no_native[i]))
			return true;
	return false;
}

/* Drivers whose message mentions an MTU or frags accept a program with frags: veth, ice,
 * i40e, virtio_net, mvneta, atlantic, ionic. */
static bool says_frags(const char *text)
{
	return strcasestr(text, "MTU") || strcasestr(text, "frags") || strstr(text, data_split);
}

/* Drivers whose message mentions jumbo frames do not: igc, stmmac, netsec. */
static bool says_size(const char *text)
{
	return says_frags(text) || strcasestr(text, "jumbo");
}

static bool lacks(const struct refusal_device *dev, __u64 feature)
{
	return dev->features && !(*dev->features & feature);
}

/* Without a message the MTU can be the reason, as with drivers that only write to the
 * kernel log (bnxt, mlx5, thunderx, gve). */
static bool may_be_size(const char *text, const struct refusal_device *dev)
{
	return !*text && dev->mtu > ETH_DATA_LEN;
}

static bool is_no_native(int err, const char *text, const struct refusal_device *dev)
{
	if (err != -EOPNOTSUPP || says_size(text))
		return false;
	return says_no_native(text) || (lacks(dev, NETDEV_XDP_BASIC) && !may_be_size(text, dev));
}

enum refusal refusal_of(int err, const char *text, enum xdp_mode mode,
			const struct refusal_device *dev)
{
	if (err == -EEXIST && strstr(text, "does not match expected"))
		return REFUSAL_STALE;
	if (mode != XDP_MODE_NATIVE)
		return REFUSAL_OTHER;
	if (is_no_native(err, text, dev))
		return REFUSAL_NO_NATIVE;
	if (lacks(dev, NETDEV_XDP_RX_SG))
		return REFUSAL_OTHER;
	if (err == -ERANGE || says_frags(text))
		return REFUSAL_FRAGS;
	if ((err == -EOPNOTSUPP || err == -EINVAL) && may_be_size(text, dev))
		return REFUSAL_MAYBE_FRAGS;
	return REFUSAL_OTHER;
}

/* Another device has a program: bonding's message, and the core's. */
#define PORT_HAS  "Slave has XDP program loaded"
#define ABOVE_HAS "upper device already has a program"

#define LOWER_MTU "lower the MTU with \"ip link set dev DEV mtu 1500\""

/*
 * struct advice - a message of the kernel, and the remedy; DEV stands for the device, UPPER
 * and PORT for the other one
 *
 * The first that is found counts.  virtio_net says "host is implementing" only where the
 * guest has no way to turn its offloads off (no VIRTIO_NET_F_CTRL_GUEST_OFFLOADS).
 */
static const struct advice {
	const char *words;
	const char *todo;
} advices[] = {
	{ "host is implementing",
	  "only the host can turn that off: set ctrl_guest_offloads=on for this card in the virtual machine's configuration, or use \"mode generic\"" },
	{ "GRO_HW", "turn it off with \"ethtool -K DEV rx-gro-hw off\"" },
	{ "LRO", "turn it off with \"ethtool -K DEV lro off\"" },
	{ data_split, "turn it off with \"ethtool -G DEV tcp-data-split off\"" },
	{ "rx queues not less than peer tx queues",
	  "give it more receive queues with \"ethtool -L DEV rx N\", or its peer fewer transmit queues with \"ethtool -L PEER tx N\"" },
	{ "Too few free TX rings",
	  "it takes one more queue per processor: use fewer with \"ethtool -L DEV combined N\", give the card more queues in the virtual machine's configuration, or use \"mode generic\"" },
	{ "active BPF XDP link",
	  "its owner must detach that link first, or \"bpftool link detach id LINK\" does; \"bpftool link list\" prints the id" },
	{ PORT_HAS,
	  "remove the program of its port PORT first (\"ip link xdp multi flush dev PORT\" removes a chain)" },
	{ ABOVE_HAS,
	  "remove the program of UPPER, which is on top of DEV, first (\"ip link xdp multi flush dev UPPER\" removes a chain)" },
	{ "Peer MTU", "lower the MTU of its peer with \"ip link set dev PEER mtu 1500\"" },
	{ "MTU", LOWER_MTU },
	{ "jumbo", LOWER_MTU },
	{ "frags", LOWER_MTU },
};

/* Where the name of the other device is not known */
static const struct advice nameless[] = {
	{ PORT_HAS, "remove the program of its port first" },
	{ ABOVE_HAS,
	  "a device on top of DEV has a program, which must be removed first; it may be a vxlan device, or be in another network namespace" },
};

/* What stands at @todo: the length of a mark and the name in its place, or 1 and NULL. */
static size_t mark_at(const char *todo, const char *dev, const char *near, const char **name)
{
	static const char *const marks[] = { "DEV", "UPPER", "PORT" };

	*name = NULL;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t len = strlen(marks[i]);

		if (strncmp(todo, marks[i], len) != 0)
			continue;
		*name = i ? near : dev;
		return len;
	}
	return 1;
}

static void fill_in(const char *todo, const char *dev, const char *near, char *buf, size_t size)
{
	size_t len = 0;

	while (*todo && len + 1 < size) {
		const char *name;
		size_t step = mark_at(todo, dev, near, &name);
		int n = snprintf(buf + len, size - len, name ? "%s" : "%.1s", name ? name : todo);

		len += n > 0 ? n : 0;
		todo += step;
	}
}

enum refusal_near refusal_near(const char *text)
{
	if (strcasestr(text, ABOVE_HAS))
		return NEAR_ABOVE;
	return strcasestr(text, PORT_HAS) ? NEAR_PORT : NEAR_NONE;
}

static const char *todo_of(const struct advice *table, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcasestr(text, table[i].words))
			return table[i].todo;
	return NULL;
}

const char *refusal_advice(const char *text, const char *dev, const char *near, char *buf,
			   size_t size)
{
	const char *todo = NULL;

	*buf = '\0';
	if (!*near)
		todo = todo_of(nameless, sizeof(nameless) / sizeof(nameless[0]), text);
	if (!todo)
		todo = todo_of(advices, sizeof(advices) / sizeof(advices[0]), text);
	if (todo)
		fill_in(todo, dev, near, buf, size);
	return buf;
}

bool refusal_may_be_size(int err, const char *text, enum xdp_mode mode, unsigned int mtu)
{
	const struct refusal_device dev = { .mtu = mtu };

	return mode == XDP_MODE_NATIVE && (err == -EOPNOTSUPP || err == -EINVAL) &&
	       may_be_size(text, &dev);
}

const char *refusal_needs(const char *text)
{
	return strstr(text, data_split) ? data_split : "a large MTU";
}
