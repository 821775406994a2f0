/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints views of devices as text or JSON. */
#ifndef PRINTER_H
#define PRINTER_H

#include "chain/view.h"
#include "output.h"
#include "print_stats.h"

/* printer_view() - print one device; prints nothing for a device without XDP */
void printer_view(struct output *out, const struct view *v);

/* printer_counted() - the same with counters */
void printer_counted(struct output *out, const struct view *v, const struct shown_counts *s);

/*
 * printer_open_device(), printer_close_device() - the same in two steps, also for a
 * device without XDP; output in between belongs to the device
 */
void printer_open_device(struct output *out, const struct view *v);
void printer_close_device(struct output *out);

/* printer_removed() - in between, print the entries of the chain @old that are not in
 * @v */
void printer_removed(struct output *out, const struct view *old, const struct view *v);

/* A word for a value, perhaps in the buffer. */
const char *printer_tag(const __u8 *tag, char *buf);

#endif
