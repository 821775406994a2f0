/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of a change, and its rollback.  The steps themselves are in a table, so that the
 * order can be tested without a kernel, with steps that fail.
 *
 *	pin maps -> pin each -> swap each -> retire the old -> wait -> unpin the old
 *
 * and if any of these fails, backwards
 *
 *	swap back each -> unpin maps -> retire the new -> wait -> unpin the new
 */
#ifndef XM_STEPS_H
#define XM_STEPS_H

#include <stdbool.h>

/* enum step_at - which chain a device has */
enum step_at {
	AT_OLD,	   /* the old one; nothing of the new one is pinned */
	AT_PINNED, /* the old one; the new one is pinned, maybe in part */
	AT_NEW,	   /* the new one */
	AT_EITHER, /* one of both: the kernel's answer was lost */
	AT_OTHER,  /* one that somebody else attached after the new one */
};

/*
 * struct step_device - what is to be done for a device, and how far that is
 * @pins: the new chain gets a directory of pins
 * @had_pins: it is there already, whole, and stays if the change fails
 * @swaps: another program is attached, or none
 * @forgets: when all is done, the old chain's directory of pins is removed
 * @at: AT_OLD at the beginning
 */
struct step_device {
	bool pins;
	bool had_pins;
	bool swaps;
	bool forgets;
	enum step_at at;
};

/* From swap(): only another device in the same change is in the way. */
#define STEP_LATER (-EEXIST)
/* From swap(): the answer was lost, it may have happened. */
#define STEP_UNSURE (-EINPROGRESS)

/*
 * struct step_ops - the steps; @i is the index of the device
 * @pin_maps: pin what the programs keep in files of the user's; 0 or -errno
 * @unpin_maps: undo that; called only if no device has the new chain
 * @pin: make the new chain's directory; 0 or -errno
 * @swap: attach the new chain, if the old one is there; 0 or -errno
 * @swap_back: attach the old one, if the new one is there.  Returns where the
 *	       device is now: AT_PINNED when that was done, AT_OTHER, AT_NEW or
 *	       AT_EITHER.  @unsure: the device is AT_EITHER
 * @certain: every device has its new chain: what is to be done for one that got it
 *	     while nobody else can change it
 * @retire_old, @retire_new: mark the directory as one that is about to go
 * @wait: return when no packet is inside a dispatcher that was replaced, and
 *	  nobody waits who still wants the directories.  False: they must stay
 * @unpin_old, @unpin_new: remove the directory
 */
struct step_ops {
	int (*pin_maps)(void *arg);
	void (*unpin_maps)(void *arg);
	int (*pin)(void *arg, unsigned int i);
	int (*swap)(void *arg, unsigned int i);
	enum step_at (*swap_back)(void *arg, unsigned int i, bool unsure);
	void (*certain)(void *arg, unsigned int i);
	void (*retire_old)(void *arg, unsigned int i);
	void (*retire_new)(void *arg, unsigned int i);
	bool (*wait)(void *arg);
	void (*unpin_old)(void *arg, unsigned int i);
	void (*unpin_new)(void *arg, unsigned int i);
};

/*
 * steps_run() - carry out a change of @n devices
 *
 * All have their new chain then, or all that nobody else touched the old one.
 * Returns 0, or the error of the step that failed; @devices says how far each
 * one is.
 */
int steps_run(const struct step_ops *ops, void *arg, struct step_device *devices, unsigned int n);

/*
 * struct step_tries - a change that is tried until nobody else comes between
 * @attempt: one try; 0 or -errno
 * @lost: is that an error after which another try makes sense?
 * @again: get ready for try number @n; pauses
 */
struct step_tries {
	int (*attempt)(void *arg);
	bool (*lost)(void *arg, int err);
	void (*again)(void *arg, int err, unsigned int n);
};

/* steps_try() - at most @max tries.  0, -errno that is no reason to try again, or
 * -EAGAIN when all of them were lost. */
int steps_try(const struct step_tries *ops, void *arg, unsigned int max);

#endif
