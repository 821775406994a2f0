/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests of the model start from: a chain, a report and some programs. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/chain.h"
#include "model/format.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SEED	      20260721

/* 63 characters, the longest name */
#define LONGEST "a23456789_123456789_123456789_123456789_123456789_123456789_123"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static struct chain chain;
static struct report report;
static struct program programs[CHAIN_MAX + 1];

/* Every test starts with an empty chain and programs of ids 100, 101 ... */
static int setup(void **state)
{
	(void)state;
	memset(&chain, 0, sizeof(chain));
	report = (struct report)REPORT_INIT;
	memset(programs, 0, sizeof(programs));
	for (unsigned int i = 0; i < ARRAY_SIZE(programs); i++) {
		programs[i].fd = -1;
		programs[i].id = 100 + i;
		memset(programs[i].tag, i, BPF_TAG_BYTES);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	report_free(&report);
	return 0;
}

static inline struct entry entry(const char *name, __u32 prio, unsigned int program)
{
	struct entry e = {
		.prio = prio,
		.proceed_on = ENTRY_DEFAULT_PROCEED_ON,
		.program = &programs[program],
	};

	snprintf(e.name, sizeof(e.name), "%s", name);
	return e;
}

/* Past all rules: what a foreign tool may have made. */
static inline struct entry *put(const char *name, __u32 prio, unsigned int program)
{
	struct entry *e = &chain.entries[chain.n++];

	*e = entry(name, prio, program);
	e->uid = ++chain.last_uid;
	return e;
}

/* e0, e1 ... of the same priority */
static inline void fill(unsigned int n)
{
	char name[16];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "e%u", i);
		put(name, ENTRY_DEFAULT_PRIO, i);
	}
}

static inline struct selector by_name(const char *name)
{
	struct selector sel = { .by = SELECT_NAME };

	strcpy(sel.name, name);
	return sel;
}

static inline void assert_order(const char *names)
{
	char got[256] = "";

	for (unsigned int i = 0; i < chain.n; i++) {
		strcat(got, i ? " " : "");
		strcat(got, chain.entries[i].name);
	}
	assert_string_equal(got, names);
}

static inline void assert_status(enum status status, int got, int err, const char *error)
{
	assert_int_equal(got, -err);
	assert_int_equal(report.status, status);
	assert_string_equal(report.error, error);
	report_clear_error(&report);
}

static inline void assert_refused(int got, int err, const char *error)
{
	assert_status(STATUS_REFUSED, got, err, error);
}

static inline void assert_silent(void)
{
	assert_string_equal(report.error, "");
	assert_int_equal(report.status, STATUS_DONE);
	assert_int_equal(report.n_warnings, 0);
}

/* One warning, and no error. */
static inline void assert_warned(const char *warning)
{
	assert_string_equal(report.error, "");
	assert_int_equal(report.n_warnings, 1);
	assert_string_equal(report.warnings[0], warning);
	report_free(&report);
}

/* The error or else the only warning, "" if there is neither. */
static inline const char *text_of_report(void)
{
	if (report.error[0])
		return report.error;
	if (report.n_warnings > 1)
		return "several warnings";
	return report.n_warnings ? report.warnings[0] : "";
}

#endif
