/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who undoes a change that nobody confirms.
 *
 *	keeper_start() -> the change -> keeper_release() -> confirm_wait()
 *
 * The keeper is started before the change, so that it outlives the command whenever that
 * ends.  It has nothing of the command's: a session of its own, no terminal, no standard
 * files, no open files of the caller's.  It looks for the records of the command's token
 * (chain/undo.h) and undoes them in time.  It is two processes, the second of which
 * starts the first again should that be killed.  SIGTERM makes it undo at once, a hang-up
 * does nothing.
 */
#ifndef KEEPER_H
#define KEEPER_H

#include "model/report.h"
#include "model/request.h"
#include "session/session.h"

/* struct keeper - @hold: as long as that is open it waits; @result: what it says */
struct keeper {
	int hold;
	int result;
};

/* keeper_start() - with the session and the token of the change.  0 or -errno. */
int keeper_start(struct keeper *k, struct session *s, const struct request *rq, struct report *r);

/* keeper_release() - the change has been made, or has failed.  Returns when the keeper says
 * that it keeps it, or has ended. */
void keeper_release(struct keeper *k);

#endif
