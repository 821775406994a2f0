// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of a change and of the way back, with steps that only write down that
 * they were taken.  A journal names each by a word and its device: "pin0 swap0".
 */
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

#include "change/steps.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_DEVICES   3

/*
 * struct world - what the steps act on
 * @fails: the step that fails, as in the journal; NULL for none
 * @error: its error
 * @once: it fails the first time only
 * @back: where a device is after it was to be swapped back
 * @attached: does a device run its new chain?
 * @old_pinned, @new_pinned: has it the directories?
 */
struct world {
	const char *fails;
	int error;
	bool once;
	enum step_at back[MAX_DEVICES];
	bool no_wait;
	char journal[512];
	struct step_device devices[MAX_DEVICES];
	unsigned int n;
	bool attached[MAX_DEVICES];
	bool old_pinned[MAX_DEVICES];
	bool new_pinned[MAX_DEVICES];
	bool maps_pinned;
	unsigned int steps;
	unsigned int stop_at;
	jmp_buf killed;
};

/* A step is taken, or fails, or the process is killed before it. */
static int note(struct world *w, const char *what, int device)
{
	size_t len = strlen(w->journal);
	char step[32];

	if (w->stop_at && ++w->steps == w->stop_at)
		longjmp(w->killed, 1);
	snprintf(step, sizeof(step), device < 0 ? "%s" : "%s%d", what, device);
	snprintf(w->journal + len, sizeof(w->journal) - len, "%s%s", len ? " " : "", step);
	if (!w->fails || strcmp(w->fails, step))
		return 0;
	if (w->once)
		w->fails = NULL;
	return w->error;
}

static int pin_maps(void *arg)
{
	struct world *w = arg;
	int err = note(w, "maps", -1);

	w->maps_pinned = true;
	return err;
}

static void unpin_maps(void *arg)
{
	struct world *w = arg;

	note(w, "-maps", -1);
	w->maps_pinned = false;
}

static int pin(void *arg, unsigned int i)
{
	struct world *w = arg;
	int err = note(w, "pin", i);

	/* A part may be there in any case. */
	w->new_pinned[i] = true;
	return err;
}

static int swap(void *arg, unsigned int i)
{
	struct world *w = arg;
	int err = note(w, "swap", i);

	w->attached[i] = !err;
	return err;
}

static enum step_at swap_back(void *arg, unsigned int i, bool unsure)
{
	struct world *w = arg;

	note(w, unsure ? "back?" : "back", i);
	if (w->back[i] == AT_PINNED)
		w->attached[i] = false;
	return w->back[i];
}

static void certain(void *arg, unsigned int i)
{
	struct world *w = arg;

	note(w, "certain", i);
	for (unsigned int d = 0; d < w->n; d++)
		assert_true(w->attached[d] || !w->devices[d].swaps);
}

static void retire_old(void *arg, unsigned int i)
{
	note(arg, "retire-old", i);
}

static void retire_new(void *arg, unsigned int i)
{
	note(arg, "retire-new", i);
}

static bool waited(void *arg)
{
	struct world *w = arg;

	note(w, "wait", -1);
	return !w->no_wait;
}

static void unpin_old(void *arg, unsigned int i)
{
	struct world *w = arg;

	note(w, "unpin-old", i);
	w->old_pinned[i] = false;
}

static void unpin_new(void *arg, unsigned int i)
{
	struct world *w = arg;

	note(w, "unpin-new", i);
	w->new_pinned[i] = false;
}

static const struct step_ops ops = {
	.pin_maps = pin_maps,
	.unpin_maps = unpin_maps,
	.pin = pin,
	.swap = swap,
	.swap_back = swap_back,
	.certain = certain,
	.retire_old = retire_old,
	.retire_new = retire_new,
	.wait = waited,
	.unpin_old = unpin_old,
	.unpin_new = unpin_new,
};

/* Devices that all have a chain and get another. */
static struct world chains(unsigned int n)
{
	struct world w = { .n = n };

	for (unsigned int i = 0; i < n; i++) {
		w.devices[i] = (struct step_device){ .pins = true, .swaps = true, .forgets = true };
		w.back[i] = AT_PINNED;
		w.old_pinned[i] = true;
	}
	return w;
}

static int run(struct world *w)
{
	return steps_run(&ops, w, w->devices, w->n);
}

static void expect(struct world *w, int err, const char *journal)
{
	int got = run(w);

	assert_string_equal(w->journal, journal);
	assert_int_equal(got, err);
}

static void succeeds(void **state)
{
	struct world w = chains(1);

	(void)state;
	expect(&w, 0, "maps pin0 swap0 certain0 retire-old0 wait unpin-old0");
	w = chains(3);
	expect(&w, 0,
	       "maps pin0 pin1 pin2 swap0 swap1 swap2 certain0 certain1 certain2 retire-old0 "
	       "retire-old1 retire-old2 wait "
	       "unpin-old0 unpin-old1 unpin-old2");
	for (unsigned int i = 0; i < w.n; i++)
		assert_int_equal(w.devices[i].at, AT_NEW);
}

/* Each step in turn, with one device and with three. */
static const struct {
	unsigned int n;
	const char *fails;
	const char *journal;
} failures[] = {
	{ 1, "maps", "maps -maps" },
	{ 1, "pin0", "maps pin0 -maps retire-new0 unpin-new0" },
	{ 1, "swap0", "maps pin0 swap0 -maps retire-new0 unpin-new0" },
	{ 2, "maps", "maps -maps" },
	{ 2, "pin0", "maps pin0 -maps retire-new0 unpin-new0" },
	{ 2, "pin1", "maps pin0 pin1 -maps retire-new0 retire-new1 unpin-new0 unpin-new1" },
	{ 2, "swap0", "maps pin0 pin1 swap0 -maps retire-new0 retire-new1 unpin-new0 unpin-new1" },
	{ 2, "swap1",
	  "maps pin0 pin1 swap0 swap1 back0 -maps retire-new0 retire-new1 wait unpin-new0 "
	  "unpin-new1" },
	{ 3, "maps", "maps -maps" },
	{ 3, "pin0", "maps pin0 -maps retire-new0 unpin-new0" },
	{ 3, "pin2",
	  "maps pin0 pin1 pin2 -maps retire-new0 retire-new1 retire-new2 unpin-new0 unpin-new1 "
	  "unpin-new2" },
	{ 3, "swap0",
	  "maps pin0 pin1 pin2 swap0 -maps retire-new0 retire-new1 retire-new2 unpin-new0 "
	  "unpin-new1 unpin-new2" },
	{ 3, "swap1",
	  "maps pin0 pin1 pin2 swap0 swap1 back0 -maps retire-new0 retire-new1 retire-new2 wait "
	  "unpin-new0 unpin-new1 unpin-new2" },
	{ 3, "swap2",
	  "maps pin0 pin1 pin2 swap0 swap1 swap2 back1 back0 -maps retire-new0 retire-new1 "
	  "retire-new2 wait unpin-new0 unpin-new1 unpin-new2" },
};

static void takes_back_what_was_done(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++) {
		struct world w = chains(failures[i].n);

		w.fails = failures[i].fails;
		w.error = -ENOSPC;
		expect(&w, -ENOSPC, failures[i].journal);
		assert_false(w.maps_pinned);
		for (unsigned int d = 0; d < w.n; d++) {
			assert_false(w.attached[d]);
			assert_false(w.new_pinned[d]);
			assert_true(w.old_pinned[d]);
		}
	}
}

/* The device has the one chain or the other: to swap back tells. */
static void finds_out_what_became_of_a_lost_answer(void **state)
{
	struct world w = chains(2);

	(void)state;
	w.fails = "swap1";
	w.error = STEP_UNSURE;
	expect(&w, STEP_UNSURE,
	       "maps pin0 pin1 swap0 swap1 back?1 back0 -maps retire-new0 retire-new1 wait "
	       "unpin-new0 unpin-new1");
	w = chains(1);
	w.fails = "swap0";
	w.error = STEP_UNSURE;
	w.back[0] = AT_EITHER;
	/* It may have the new chain, which needs its pins and maps, or the old. */
	expect(&w, STEP_UNSURE, "maps pin0 swap0 back?0");
	assert_true(w.new_pinned[0] && w.old_pinned[0] && w.maps_pinned);
}

static void leaves_what_somebody_else_changed(void **state)
{
	struct world w = chains(3);

	(void)state;
	w.fails = "swap2";
	w.error = -EBUSY;
	w.back[0] = AT_OTHER;
	expect(&w, -EBUSY,
	       "maps pin0 pin1 pin2 swap0 swap1 swap2 back1 back0 -maps retire-new0 retire-new1 "
	       "retire-new2 wait unpin-new0 unpin-new1 unpin-new2");
	assert_int_equal(w.devices[0].at, AT_OTHER);
}

static void keeps_the_pins_of_what_stays_attached(void **state)
{
	struct world w = chains(2);

	(void)state;
	w.fails = "swap1";
	w.error = -EBUSY;
	w.back[0] = AT_NEW;
	expect(&w, -EBUSY,
	       "maps pin0 pin1 swap0 swap1 back0 retire-old0 retire-new1 wait unpin-new1");
	assert_true(w.attached[0] && w.new_pinned[0] && w.old_pinned[0] && w.maps_pinned);
}

static void unpins_nothing_without_a_wait(void **state)
{
	struct world w = chains(2);

	(void)state;
	w.no_wait = true;
	expect(&w, 0, "maps pin0 pin1 swap0 swap1 certain0 certain1 retire-old0 retire-old1 wait");
	w = chains(2);
	w.no_wait = true;
	w.fails = "swap1";
	w.error = -EIO;
	expect(&w, -EIO, "maps pin0 pin1 swap0 swap1 back0 -maps retire-new0 retire-new1 wait");
}

/* Chains that are taken off, first ones, one that comes again with the pins that
 * it has, one that is only forgotten, and one that stays as it is. */
static void does_what_the_device_needs(void **state)
{
	struct world w = chains(2);

	(void)state;
	w.devices[0].pins = w.devices[1].pins = false;
	expect(&w, 0,
	       "maps swap0 swap1 certain0 certain1 retire-old0 retire-old1 wait unpin-old0 unpin-old1");
	w = chains(2);
	w.devices[0].forgets = w.devices[1].forgets = false;
	expect(&w, 0, "maps pin0 pin1 swap0 swap1 certain0 certain1");
	w = chains(1);
	w.devices[0] = (struct step_device){ .swaps = true };
	expect(&w, 0, "maps swap0 certain0");
	w = chains(2);
	w.devices[0] = (struct step_device){ .swaps = true };
	w.fails = "swap1";
	w.error = -EIO;
	expect(&w, -EIO, "maps pin1 swap0 swap1 back0 -maps retire-new1 wait unpin-new1");
	w = chains(1);
	w.devices[0] = (struct step_device){ .forgets = true };
	expect(&w, 0, "maps retire-old0 wait unpin-old0");
	w = chains(2);
	w.devices[0] = (struct step_device){ 0 };
	expect(&w, 0, "maps pin1 swap1 certain1 retire-old1 wait unpin-old1");
	assert_int_equal(w.devices[0].at, AT_OLD);
}

/* A port can be changed when its bond has been. */
static void takes_another_round(void **state)
{
	struct world w = chains(3);

	(void)state;
	w.fails = "swap0";
	w.error = STEP_LATER;
	w.once = true;
	expect(&w, 0,
	       "maps pin0 pin1 pin2 swap0 swap1 swap2 swap0 certain0 certain1 certain2 retire-old0 "
	       "retire-old1 retire-old2 "
	       "wait unpin-old0 unpin-old1 unpin-old2");
	w = chains(2);
	w.fails = "swap0";
	w.error = STEP_LATER;
	expect(&w, STEP_LATER,
	       "maps pin0 pin1 swap0 swap1 swap0 back1 -maps retire-new0 retire-new1 wait "
	       "unpin-new0 unpin-new1");
}

/* Whenever the process is killed, a device has a chain whose pins are there. */
static void can_be_killed_anywhere(void **state)
{
	static const char *const fails[] = { NULL, "pin1", "swap1", "swap2" };
	volatile unsigned int tried = 0;

	(void)state;
	for (volatile size_t f = 0; f < ARRAY_SIZE(fails); f++) {
		for (volatile unsigned int stop = 1;; stop++) {
			static struct world w;

			w = chains(3);
			w.fails = fails[f];
			w.error = -EIO;
			w.stop_at = stop;
			if (!setjmp(w.killed)) {
				run(&w);
				break;
			}
			tried++;
			for (unsigned int i = 0; i < w.n; i++)
				assert_true(w.attached[i] ? w.new_pinned[i] : w.old_pinned[i]);
		}
	}
	assert_true(tried > 40);
}

/* ---- tries ---- */

struct attempts {
	const int *errors;
	unsigned int made;
	unsigned int pauses;
};

static int attempt(void *arg)
{
	struct attempts *a = arg;

	return a->errors[a->made++];
}

static bool lost(void *arg, int err)
{
	(void)arg;
	return err == -ESTALE;
}

static void again(void *arg, int err, unsigned int n)
{
	struct attempts *a = arg;

	assert_int_equal(err, -ESTALE);
	assert_int_equal(n, a->pauses);
	a->pauses++;
}

static void tries_until_nobody_comes_between(void **state)
{
	static const struct step_tries tries = { attempt, lost, again };
	static const struct {
		int errors[4];
		int result;
		unsigned int made;
	} cases[] = {
		{ { 0 }, 0, 1 },
		{ { -EPERM }, -EPERM, 1 },
		{ { -ESTALE, 0 }, 0, 2 },
		{ { -ESTALE, -ESTALE, -EMFILE }, -EMFILE, 3 },
		{ { -ESTALE, -ESTALE, -ESTALE, 0 }, 0, 4 },
		{ { -ESTALE, -ESTALE, -ESTALE, -ESTALE }, -EAGAIN, 4 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct attempts a = { .errors = cases[i].errors };

		assert_int_equal(steps_try(&tries, &a, 4), cases[i].result);
		assert_int_equal(a.made, cases[i].made);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(succeeds),
		cmocka_unit_test(takes_back_what_was_done),
		cmocka_unit_test(finds_out_what_became_of_a_lost_answer),
		cmocka_unit_test(leaves_what_somebody_else_changed),
		cmocka_unit_test(keeps_the_pins_of_what_stays_attached),
		cmocka_unit_test(unpins_nothing_without_a_wait),
		cmocka_unit_test(does_what_the_device_needs),
		cmocka_unit_test(takes_another_round),
		cmocka_unit_test(can_be_killed_anywhere),
		cmocka_unit_test(tries_until_nobody_comes_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
