/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Views as text or JSON: the one path on which chains reach stdout. */
#ifndef PRINTER_H
#define PRINTER_H

#include "options.h"
#include "chain/view.h"

struct json_object;

/*
 * struct printer - printer_begin() -> printer_view() ... -> printer_end()
 * @json: the document, NULL for text
 */
struct printer {
	const struct options *opts;
	struct json_object *json;
};

void printer_begin(struct printer *p, const struct options *opts);

/* printer_view() - one device.  Nothing for one without XDP.  Returns its JSON
 * object, which the document owns and more can be added to, or NULL. */
struct json_object *printer_view(const struct printer *p, const struct view *v);

/* printer_device() - the same, but in JSON a device without XDP is named too */
struct json_object *printer_device(const struct printer *p, const struct view *v);

/* printer_end() - print the document, or on an error drop it */
void printer_end(struct printer *p, bool failed);

/* Words for values; those with a buffer may use it. */
const char *printer_mode(enum xdp_mode mode);
const char *printer_format(enum chain_format format, char *buf, size_t size);
const char *printer_actions(__u32 mask, char *buf, size_t size);
const char *printer_tag(const __u8 *tag, char *buf);

#endif
