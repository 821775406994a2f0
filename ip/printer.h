/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints what is on a device, as text or JSON: the only description of a view. */
#ifndef PRINTER_H
#define PRINTER_H

#include "chain/view.h"
#include "output.h"
#include "print_stats.h"

/* printer_view() - one device; nothing for one without XDP */
void printer_view(struct output *out, const struct view *v);

/* printer_counted() - the same with what was counted there */
void printer_counted(struct output *out, const struct view *v, const struct shown_counts *s);

/*
 * printer_open_device(), printer_close_device() - the same in two steps, whatever
 * is there: what is printed in between belongs to the device
 */
void printer_open_device(struct output *out, const struct view *v);
void printer_close_device(struct output *out);

/* printer_removed() - in between: the entries of the chain @old that are not in @v, with
 * nothing for those that are */
void printer_removed(struct output *out, const struct view *old, const struct view *v);

/* Words for values; those with a buffer may use it. */
const char *printer_tag(const __u8 *tag, char *buf);

#endif
