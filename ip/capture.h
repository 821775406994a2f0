/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads capture files.  libpcap is loaded on demand, because it depends on many libraries
 * that no other command needs.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include "model/report.h"

/*
 * capture_each() - call @fn for each packet of a pcap or pcapng file
 * @path: the file, "-" for standard input
 * @fn: gets @len bytes of a packet that had @wire_len bytes; returns 0 to continue, or
 *	another value that ends the walk and is returned
 *
 * Accepts only Ethernet.  Returns 0 or -errno with a message.
 */
int capture_each(const char *path,
		 int (*fn)(const void *packet, unsigned int len, unsigned int wire_len, void *arg),
		 void *arg, struct report *r);

#endif
