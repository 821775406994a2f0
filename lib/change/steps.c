// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of a change, and its rollback. */
#include "change/steps.h"

#include <errno.h>

/* struct run - a change under way */
struct run {
	const struct step_ops *ops;
	void *arg;
	struct step_device *devices;
	unsigned int n;
};

static int pin_each(const struct run *x)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < x->n; i++) {
		if (!x->devices[i].pins)
			continue;
		x->devices[i].at = AT_PINNED;
		err = x->ops->pin(x->arg, i);
	}
	return err;
}

static bool is_swapped(const struct step_device *d)
{
	return d->at == AT_NEW || d->at == AT_EITHER;
}

static int swap(const struct run *x, unsigned int i)
{
	int err = x->ops->swap(x->arg, i);

	if (!err)
		x->devices[i].at = AT_NEW;
	else if (err == STEP_UNSURE)
		x->devices[i].at = AT_EITHER;
	return err;
}

/*
 * A device cannot be changed while one above it (a bond over its ports) has a
 * program too, so taking off several may need another round.
 */
static int swap_each(const struct run *x)
{
	unsigned int left = x->n, before;
	int err;

	do {
		before = left;
		left = 0;
		for (unsigned int i = 0; i < x->n; i++) {
			if (!x->devices[i].swaps || x->devices[i].at == AT_NEW)
				continue;
			err = swap(x, i);
			if (err && err != STEP_LATER)
				return err;
			left += err == STEP_LATER;
		}
	} while (left && left < before);
	return left ? STEP_LATER : 0;
}

/* In the opposite order; the maps stay for a device that keeps the new chain. */
static void go_back(const struct run *x)
{
	bool kept = false;

	for (unsigned int i = x->n; i-- > 0;) {
		struct step_device *d = &x->devices[i];

		if (is_swapped(d))
			d->at = x->ops->swap_back(x->arg, i, d->at == AT_EITHER);
		kept |= is_swapped(d);
	}
	if (!kept)
		x->ops->unpin_maps(x->arg);
}

/* Whose directory goes: of the new chain if it is nowhere, of the old one if the
 * new one is there or nothing was to be. */
static bool new_goes(const struct step_device *d)
{
	return d->pins && !d->had_pins && (d->at == AT_PINNED || d->at == AT_OTHER);
}

static bool old_goes(const struct step_device *d)
{
	return d->forgets && (d->at == AT_NEW || !d->swaps);
}

static void unpin(const struct run *x, bool was_attached, bool (*goes)(const struct step_device *),
		  void (*retire)(void *arg, unsigned int i),
		  void (*remove)(void *arg, unsigned int i))
{
	unsigned int going = 0;

	for (unsigned int i = 0; i < x->n; i++)
		if (goes(&x->devices[i])) {
			retire(x->arg, i);
			going++;
		}
	if (!going || (was_attached && !x->ops->wait(x->arg)))
		return;
	for (unsigned int i = 0; i < x->n; i++)
		if (goes(&x->devices[i]))
			remove(x->arg, i);
}

int steps_run(const struct step_ops *ops, void *arg, struct step_device *devices, unsigned int n)
{
	const struct run x = { ops, arg, devices, n };
	bool was_attached = false;
	int err = ops->pin_maps(arg);

	if (!err)
		err = pin_each(&x);
	if (!err)
		err = swap_each(&x);
	if (!err) {
		for (unsigned int i = 0; i < n; i++)
			if (devices[i].swaps)
				ops->certain(arg, i);
		unpin(&x, true, old_goes, ops->retire_old, ops->unpin_old);
		return 0;
	}
	for (unsigned int i = 0; i < n; i++)
		was_attached |= is_swapped(&devices[i]);
	go_back(&x);
	/* Where that failed the old directory is left to the next change. */
	for (unsigned int i = 0; i < n; i++)
		if (old_goes(&devices[i]) && devices[i].at == AT_NEW)
			ops->retire_old(arg, i);
	unpin(&x, was_attached, new_goes, ops->retire_new, ops->unpin_new);
	return err;
}

int steps_try(const struct step_tries *ops, void *arg, unsigned int max)
{
	for (unsigned int n = 0; n < max; n++) {
		int err = ops->attempt(arg);

		if (!err || !ops->lost(arg, err))
			return err;
		ops->again(arg, err, n);
	}
	return -EAGAIN;
}
