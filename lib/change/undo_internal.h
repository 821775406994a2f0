/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files that confirm and undo changes. */
#ifndef UNDO_INTERNAL_H
#define UNDO_INTERNAL_H

#include "change/undo_run.h"

/* undo_none() - fails: there is no such change */
int undo_none(struct report *r);

#endif
