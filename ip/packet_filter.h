/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compiles filter expressions in the language of tcpdump. */
#ifndef PACKET_FILTER_H
#define PACKET_FILTER_H

#include "model/report.h"
#include "model/trace.h"

/* packet_filter() - compile an expression into @conf, NULL for all packets.  Returns 0 or
 * -errno. */
int packet_filter(const char *expression, struct trace_conf *conf, struct report *r);

#endif
