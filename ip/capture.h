/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture files. libpcap is loaded when it is needed, because it brings along many
 * libraries that no other command needs.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include "model/report.h"

/*
 * capture_each() - call @fn for each packet of a pcap or pcapng file
 * @path: the file, "-" for standard input
 * @fn: gets @len bytes, of @wire_len that the packet had; returns 0 to go on, or
 *	another value that ends the walk and is returned
 *
 * Accepts only Ethernet.  Returns 0 or -errno with a message.
 */
int capture_each(const char *path,
		 int (*fn)(const void *packet, unsigned int len, unsigned int wire_len, void *arg),
		 void *arg, struct report *r);

#endif
