/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processes that undo an unconfirmed change.
 *
 *	keeper_start() -> the change -> keeper_release()
 *
 * The keeper is started before the change, so that it survives whenever the command
 * ends.  It shares nothing with the command: it has its own session, no terminal, no
 * standard files and no open files of the caller.  It looks for the records of the command's
 * token (chain/undo.h) and undoes them in time.  It consists of two processes; if the first
 * is killed, the second starts it again.  SIGTERM makes it undo at once; a hang-up has no
 * effect.
 */
#ifndef KEEPER_H
#define KEEPER_H

#include "model/report.h"
#include "model/request.h"
#include "session/session.h"

/* struct keeper - @hold: the keeper waits while this is open; @result: its messages */
struct keeper {
	int hold;
	int result;
};

/* keeper_start() - start the keeper for the session and the token of the change.  Returns
 * 0 or -errno. */
int keeper_start(struct keeper *k, struct session *s, const struct request *rq, struct report *r);

/* keeper_release() - tell the keeper that the change was made or has failed.  Returns when
 * the keeper has taken over the change, or false if the keeper has ended, because there was
 * no change or because it was killed. */
bool keeper_release(struct keeper *k);

#endif
