// SPDX-License-Identifier: GPL-2.0-or-later
/* Packets in a few words: what is known is said, and nothing is read that is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../ip/packet_text.h"

#define MACS  "020000000001020000000002"
#define IP4   "45000020000040004011000" /* one digit short of the checksum */
#define FLOW  "0a0000020a000001"
#define FROM6 "20010db8000000000000000000000002"
#define TO6   "20010db8000000000000000000000001"

static const struct {
	const char *hex;
	const char *text;
} cases[] = {
	{ MACS "0800" IP4 "0" FLOW "30390035000c0000", "10.0.0.2.12345 > 10.0.0.1.53 udp" },
	{ MACS "8100000788a8000808004500001c000000004006"
	       "0000" FLOW "0016ffff",
	  "vlan 7 vlan 8 10.0.0.2.22 > 10.0.0.1.65535 tcp" },
	{ MACS "08004500001c0000000040010000" FLOW "0800", "10.0.0.2 > 10.0.0.1 icmp" },
	{ MACS "08004500001c0000000040fd0000" FLOW, "10.0.0.2 > 10.0.0.1 protocol 253" },
	{ MACS "08004500001c0000000140110000" FLOW "30390035", "10.0.0.2 > 10.0.0.1 udp fragment" },
	{ MACS "08004500001c0000200040110000" FLOW "30390035", "10.0.0.2.12345 > 10.0.0.1.53 udp" },
	{ MACS "08004f00001c0000000040110000" FLOW "30390035", "10.0.0.2 > 10.0.0.1 udp" },
	{ MACS "08004000001c0000000040110000" FLOW "30390035", "10.0.0.2.12345 > 10.0.0.1.53 udp" },
	{ MACS "08004500", "ip truncated" },
	{ MACS "86dd6000000000081140" FROM6 TO6 "30390035",
	  "2001:db8::2.12345 > 2001:db8::1.53 udp" },
	{ MACS "86dd6000000000080040" FROM6 TO6 "110000000000000030390035",
	  "2001:db8::2.12345 > 2001:db8::1.53 udp" },
	{ MACS "86dd6000000000080040" FROM6 TO6 "11ff00000000000030390035",
	  "2001:db8::2 > 2001:db8::1 udp" },
	{ MACS "86dd6000000000082c40" FROM6 TO6 "110000080000000130390035",
	  "2001:db8::2 > 2001:db8::1 udp fragment" },
	{ MACS "86dd60000000", "ip6 truncated" },
	{ MACS "0806000108000604000102000000000"
	       "20a000002"
	       "0000000000000a000001",
	  "10.0.0.2 > 10.0.0.1 arp request" },
	{ MACS "080600010800060400", "arp" },
	{ MACS "88cc0204", "02:00:00:00:00:02 > 02:00:00:00:00:01 ethertype 0x88cc" },
	{ MACS "00264242", "02:00:00:00:00:02 > 02:00:00:00:00:01 llc" },
	{ MACS "8100", "02:00:00:00:00:02 > 02:00:00:00:00:01 ethertype 0x8100" },
	{ MACS, "truncated" },
	{ "", "truncated" },
};

/* In memory of just that size, so that a sanitizer sees what is read behind it. */
static const char *text_of(const char *hex, size_t n, char *buf)
{
	uint8_t *bytes = malloc(n + !n);

	for (size_t i = 0; i < n; i++)
		assert_int_equal(sscanf(hex + 2 * i, "%2hhx", &bytes[i]), 1);
	packet_text(bytes, n, buf);
	free(bytes);
	return buf;
}

static void packets_are_told(void **state)
{
	char buf[PACKET_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(text_of(cases[i].hex, strlen(cases[i].hex) / 2, buf),
				    cases[i].text);
}

static void packets_may_be_cut_anywhere(void **state)
{
	char buf[PACKET_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t n = 0; n <= strlen(cases[i].hex) / 2; n++)
			assert_true(*text_of(cases[i].hex, n, buf));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_are_told),
		cmocka_unit_test(packets_may_be_cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
