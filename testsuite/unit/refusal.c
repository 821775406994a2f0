// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel means when it refuses a program: the words of real drivers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "kernel/netdev.h"
#include "kernel/refusal.h"

/* What drivers announce; HARDWARE is netdevsim's, which is no native mode. */
#define NATIVE	 (NETDEV_XDP_BASIC | 1 << 1)
#define FULL	 (NATIVE | NETDEV_XDP_RX_SG)
#define HARDWARE (1 << 4)
#define NOTHING	 0
#define UNKNOWN	 UINT64_MAX

#define CORE "Underlying driver does not support XDP in native mode"

/* struct answer_case - @by: whose words they are */
struct answer_case {
	const char *by;
	int err;
	const char *text;
	unsigned int mtu;
	__u64 features;
	enum refusal means;
};

static const struct answer_case cases[] = {
	/* No native mode at all. */
	{ "dummy", EOPNOTSUPP, CORE, 1500, NOTHING, REFUSAL_NO_NATIVE },
	{ "dummy, 6.1", EOPNOTSUPP, CORE, 1500, UNKNOWN, REFUSAL_NO_NATIVE },
	{ "before 5.9", EOPNOTSUPP, "underlying driver does not support XDP in native mode", 1500,
	  UNKNOWN, REFUSAL_NO_NATIVE },
	{ "lo", EOPNOTSUPP, CORE, 65536, NOTHING, REFUSAL_NO_NATIVE },
	{ "lo, 6.1", EOPNOTSUPP, CORE, 65536, UNKNOWN, REFUSAL_NO_NATIVE },
	{ "bonding", EOPNOTSUPP, "No native XDP support for the current bonding mode", 1500,
	  UNKNOWN, REFUSAL_NO_NATIVE },
	{ "bonding", EOPNOTSUPP, "Slave device does not support XDP", 1500, UNKNOWN,
	  REFUSAL_NO_NATIVE },
	{ "ice without DDP", EOPNOTSUPP,
	  "ice: Please provide working DDP firmware package in order to use XDP\nRefer to ...",
	  1500, NOTHING, REFUSAL_NO_NATIVE },
	{ "netdevsim", EOPNOTSUPP, "netdevsim: driver XDP disabled in DebugFS", 1500, HARDWARE,
	  REFUSAL_NO_NATIVE },
	{ "gve in a queue format", EOPNOTSUPP, "", 1460, NOTHING, REFUSAL_NO_NATIVE },

	/* A native mode that is in the way of something. */
	{ "bonding", EOPNOTSUPP, "Slave has XDP program loaded, please unload before enslaving",
	  1500, FULL, REFUSAL_OTHER },
	{ "bonding, 6.1", EOPNOTSUPP,
	  "Slave has XDP program loaded, please unload before enslaving", 1500, UNKNOWN,
	  REFUSAL_OTHER },
	{ "virtio_net", EOPNOTSUPP,
	  "virtio_net: Can't set XDP while host is implementing GRO_HW/CSUM, disable GRO_HW/CSUM first",
	  1500, FULL, REFUSAL_OTHER },
	{ "virtio_net, 6.1", EOPNOTSUPP,
	  "virtio_net: Can't set XDP while host is implementing GRO_HW/CSUM, disable GRO_HW/CSUM first",
	  9000, UNKNOWN, REFUSAL_OTHER },
	{ "netvsc", EOPNOTSUPP, "hv_netvsc: XDP: not support LRO", 1500, NATIVE, REFUSAL_OTHER },
	{ "ionic", EOPNOTSUPP, "ionic: XDP not available with split Tx/Rx interrupts", 1500, FULL,
	  REFUSAL_OTHER },
	{ "mvneta", EOPNOTSUPP, "mvneta: Hardware Buffer Management not supported on XDP", 1500,
	  FULL, REFUSAL_OTHER },
	{ "bnxt, split channels", EOPNOTSUPP, "", 1500, FULL, REFUSAL_OTHER },
	{ "bnxt, 6.1", EOPNOTSUPP, "", 1500, UNKNOWN, REFUSAL_OTHER },
	{ "gve with LRO", EOPNOTSUPP, "", 1460, NATIVE, REFUSAL_OTHER },

	/* An MTU that a program with frags can have. */
	{ "veth", ERANGE, "veth: Peer MTU is too large to set XDP", 1500, FULL, REFUSAL_FRAGS },
	{ "veth, 5.10", ERANGE, "Peer MTU is too large to set XDP", 1500, UNKNOWN, REFUSAL_FRAGS },
	{ "ice", EOPNOTSUPP,
	  "ice: MTU is too large for linear frames and XDP prog does not support frags", 9000, FULL,
	  REFUSAL_FRAGS },
	{ "ice, 6.1", EOPNOTSUPP, "ice: MTU too large for loading XDP", 9000, UNKNOWN,
	  REFUSAL_FRAGS },
	{ "i40e", EINVAL,
	  "i40e: MTU too large for linear frames and XDP prog does not support frags", 9000, FULL,
	  REFUSAL_FRAGS },
	{ "virtio_net", EINVAL, "virtio_net: MTU too large to enable XDP without frags", 9000, FULL,
	  REFUSAL_FRAGS },
	{ "mvneta", EOPNOTSUPP, "mvneta: prog does not support XDP frags", 9000, FULL,
	  REFUSAL_FRAGS },
	{ "the core, 6.14", EBUSY, "unable to install XDP to device using tcp-data-split", 1500,
	  FULL, REFUSAL_FRAGS },
	{ "bnxt", EOPNOTSUPP, "", 9000, FULL, REFUSAL_MAYBE_FRAGS },
	{ "bnxt, 6.1", EOPNOTSUPP, "", 9000, UNKNOWN, REFUSAL_MAYBE_FRAGS },
	{ "mlx5", EINVAL, "", 9000, FULL, REFUSAL_MAYBE_FRAGS },

	/* One that none can have. */
	{ "mana", EOPNOTSUPP, "mana: XDP: mtu too large", 9000, NATIVE, REFUSAL_OTHER },
	{ "igc", EOPNOTSUPP, "igc: Jumbo frames not supported", 9000, NATIVE, REFUSAL_OTHER },
	{ "igc, 6.1", EOPNOTSUPP, "igc: Jumbo frames not supported", 9000, UNKNOWN, REFUSAL_OTHER },
	{ "netsec, no features", EOPNOTSUPP, "netsec: Jumbo frames not supported on XDP", 9000,
	  NOTHING, REFUSAL_OTHER },
	{ "thunderx", EOPNOTSUPP, "", 1600, NATIVE, REFUSAL_OTHER },
	{ "out of tree", EOPNOTSUPP, "", 9000, NOTHING, REFUSAL_OTHER },
	{ "out of tree", EOPNOTSUPP, "foo: MTU is too large", 9000, NOTHING, REFUSAL_OTHER },

	/* Anything else. */
	{ "the core", EEXIST, "Active program does not match expected", 1500, FULL, REFUSAL_STALE },
	{ "the core", EEXIST, "Native and generic XDP can't be active at the same time", 1500, FULL,
	  REFUSAL_OTHER },
	{ "the core", EBUSY, "Can't replace active BPF XDP link", 9000, FULL, REFUSAL_OTHER },
	{ "veth", ENOSPC, "veth: XDP expects number of rx queues not less than peer tx queues",
	  9000, NOTHING, REFUSAL_OTHER },
	{ "virtio_net", ENOMEM, "virtio_net: Too few free TX rings available", 9000, FULL,
	  REFUSAL_OTHER },
	{ "any", ENOMEM, "", 9000, FULL, REFUSAL_OTHER },
	{ "any", ENOMEM, "", 1500, NOTHING, REFUSAL_OTHER },
};

static enum refusal ask(const struct answer_case *c, enum xdp_mode mode)
{
	const struct refusal_device dev = {
		.mtu = c->mtu,
		.features = c->features == UNKNOWN ? NULL : &c->features,
	};

	return refusal_of(-c->err, c->text, mode, &dev);
}

static void drivers_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum refusal got = ask(&cases[i], XDP_MODE_NATIVE);

		if (got != cases[i].means)
			fail_msg("%s: \"%s\": %d, not %d", cases[i].by, cases[i].text, got,
				 cases[i].means);
	}
}

/* Nothing is wrong with native mode where another one was asked for. */
static void generic_mode(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(ask(&cases[i], XDP_MODE_GENERIC),
				 cases[i].means == REFUSAL_STALE ? REFUSAL_STALE : REFUSAL_OTHER);
}

static void what_needs_frags(void **state)
{
	(void)state;
	assert_string_equal(refusal_needs("unable to install XDP to device using tcp-data-split"),
			    "tcp-data-split");
	assert_string_equal(refusal_needs("Peer MTU is too large to set XDP"), "a large MTU");
}

static void what_helps(void **state)
{
	static const struct {
		const char *text;
		const char *todo;
	} known[] = {
		{ "hv_netvsc: XDP: not support LRO",
		  "turn it off with \"ethtool -K eth0 lro off\"" },
		{ "foo: disable GRO_HW first",
		  "turn it off with \"ethtool -K eth0 rx-gro-hw off\"" },
		{ "virtio_net: Can't set XDP while host is implementing LRO/CSUM, disable LRO/CSUM first",
		  "only the host can turn that off: set ctrl_guest_offloads=on for this card in the virtual machine's configuration, or use \"mode generic\"" },
		{ "unable to install XDP to device using tcp-data-split",
		  "turn it off with \"ethtool -G eth0 tcp-data-split off\"" },
		{ "virtio_net: Too few free TX rings available",
		  "it takes one more queue per processor: use fewer with \"ethtool -L eth0 combined N\", give the card more queues in the virtual machine's configuration, or use \"mode generic\"" },
		{ "Cannot attach when an upper device already has a program",
		  "a device on top of eth0 has a program, which must be removed first; it may be a vxlan device, or be in another network namespace" },
		{ "veth: Peer MTU is too large to set XDP",
		  "lower the MTU of its peer with \"ip link set dev PEER mtu 1500\"" },
		{ "i40e: MTU too large for linear frames and XDP prog does not support frags",
		  "lower the MTU with \"ip link set dev eth0 mtu 1500\"" },
		{ "mvneta: prog does not support XDP frags",
		  "lower the MTU with \"ip link set dev eth0 mtu 1500\"" },
		{ "igc: Jumbo frames not supported",
		  "lower the MTU with \"ip link set dev eth0 mtu 1500\"" },
		{ "Can't replace active BPF XDP link",
		  "its owner must detach that link first, or \"bpftool link detach id LINK\" does; \"bpftool link list\" prints the id" },
		{ CORE, "" },
		{ "", "" },
	};
	char buf[256], small[16];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_string_equal(refusal_advice(known[i].text, "eth0", "", buf, sizeof(buf)),
				    known[i].todo);
	assert_string_equal(refusal_advice(known[0].text, "eth0", "", small, sizeof(small)),
			    "turn it off wit");
}

/* The other device is named where it is known. */
static void which_device(void **state)
{
	static const struct {
		const char *text;
		enum refusal_near near;
		const char *todo;
	} known[] = {
		{ "Cannot attach when an upper device already has a program", NEAR_ABOVE,
		  "remove the program of x9, which is on top of eth0, first (\"ip link xdp multi flush dev x9\" removes a chain)" },
		{ "Slave has XDP program loaded, please unload before enslaving", NEAR_PORT,
		  "remove the program of its port x9 first (\"ip link xdp multi flush dev x9\" removes a chain)" },
		{ CORE, NEAR_NONE, "" },
	};
	char buf[256];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_int_equal(refusal_near(known[i].text), known[i].near);
		assert_string_equal(refusal_advice(known[i].text, "eth0", "x9", buf, sizeof(buf)),
				    known[i].todo);
	}
}

/* A driver without native XDP may refuse without a message, too: then the MTU is a guess. */
static void what_may_be_size(void **state)
{
	(void)state;
	assert_true(refusal_may_be_size(-EOPNOTSUPP, "", XDP_MODE_NATIVE, 9000));
	assert_true(refusal_may_be_size(-EINVAL, "", XDP_MODE_NATIVE, 9000));
	assert_false(refusal_may_be_size(-EOPNOTSUPP, "", XDP_MODE_NATIVE, 1500));
	assert_false(refusal_may_be_size(-EOPNOTSUPP, CORE, XDP_MODE_NATIVE, 9000));
	assert_false(refusal_may_be_size(-EOPNOTSUPP, "", XDP_MODE_GENERIC, 9000));
	assert_false(refusal_may_be_size(-ENOMEM, "", XDP_MODE_NATIVE, 9000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drivers_words),    cmocka_unit_test(generic_mode),
		cmocka_unit_test(what_needs_frags), cmocka_unit_test(what_helps),
		cmocka_unit_test(which_device),	    cmocka_unit_test(what_may_be_size),
	};

	return cmocka_run_group_tests_name("refusal", tests, NULL, NULL);
}
