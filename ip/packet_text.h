/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes a packet in a short text.  Pure. */
#ifndef PACKET_TEXT_H
#define PACKET_TEXT_H

#include <stddef.h>

#define PACKET_TEXT_SIZE 192

/*
 * packet_text() - source, destination and protocol: "10.0.0.1.4711 > 10.0.0.2.53 udp"
 * @data: the first @len bytes of an Ethernet frame, which need not be valid
 *
 * Returns @buf, of PACKET_TEXT_SIZE bytes.
 */
const char *packet_text(const void *data, size_t len, char *buf);

#endif
