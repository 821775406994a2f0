// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints the help text. */
#include "usage.h"

#include <stdio.h>

#include "own_words.h"

static const char usage[] =
	"Usage: ip link xdp multi { add | replace } DEVS PROGRAM [ LOAD ] [ ENTRY ]\n"
	"                             [ mode MODE ] [ format FORMAT ] [ overwrite ] [ policy off ] [ TXN ]\n"
	"       ip link xdp multi change DEVS SELECTOR [ PROGRAM [ LOAD ] ] [ ENTRY ]\n"
	"                             [ policy off ] [ TXN ]\n"
	"       ip link xdp multi del DEVS SELECTOR [ if-exists ] [ TXN ]\n"
	"       ip link xdp multi flush { DEVS | all } [ if-exists ] [ TXN ]\n"
	"       ip link xdp multi [ show | list ] [ [ dev ] DEV | DEVS ] [ interval SECONDS ]\n"
	"       ip link xdp multi show dev DEV dot\n"
	"       ip link xdp multi save { dev DEV | all } [ with-objects DIR ]\n"
	"       ip link xdp multi restore { DEVS | all } file { FILE | - } [ maps { new | keep | fit } ]\n"
	"                             [ mode MODE ] [ format FORMAT ] [ overwrite ] [ policy off ] [ TXN ]\n"
	"       ip link xdp multi apply { DEVS | all } [ root DIR ] [ only ] [ if-exists ]\n"
	"                             [ maps { new | keep | fit } ] [ mode MODE ] [ format FORMAT ]\n"
	"                             [ overwrite ] [ policy off ] [ TXN ]\n"
	"       ip link xdp multi check [ DEVS | all | dev DEV file { FILE | - } |\n"
	"                             { DEVS | all } config [ root DIR ] [ only ] ]\n"
	"       ip link xdp multi share DEVS from DEV [ netns { NAME | PID | PATH } ]\n"
	"                             [ overwrite ] [ policy off ] [ TXN ]\n"
	"       ip link xdp multi adopt DEVS [ name NAME ] [ prio N ] [ proceed-on ACTIONS ]\n"
	"                             [ on ACTIONS { next | stop | goto SELECTOR } ... ]\n"
	"                             [ policy off ] [ TXN ]\n"
	"       ip link xdp multi set DEVS [ format FORMAT ] [ stats { on | off | reset } ] [ TXN ]\n"
	"       ip link xdp multi metrics [ DEVS ]\n"
	"       ip link xdp multi repair { DEVS | all } [ overwrite ] [ wait SECONDS ] [ dry-run ]\n"
	"       ip link xdp multi { confirm | undo } { DEVS | all } [ wait SECONDS ]\n"
	"       ip link xdp multi clean [ all-netns ] [ wait SECONDS ] [ dry-run ]\n"
	"       ip link xdp multi test dev DEV { pcap { FILE | - } | packet HEX ... }\n"
	"                             [ expect-verdict ACTIONS ] [ repeat N ] [ partial ] [ tap ]\n"
	"                             [ { add | replace | change | del | restore } ... ]\n"
	"       ip link xdp multi trace dev DEV [ filter EXPR ] [ verdict ACTIONS ]\n"
	"                             [ entry SELECTOR ] [ sample N ] [ count N ] [ changes ]\n"
	"                             [ times ] [ write { FILE | - } ] [ wait SECONDS ]\n"
	"       ip link xdp multi monitor [ DEVS ] [ all-netns ]\n"
	"       ip link xdp multi features [ DEVS ]\n"
	"       ip link xdp multi help\n"
	"\n"
	"       DEVS := dev DEV [ dev DEV ... ]\n"
	"       PROGRAM := { object FILE [ section NAME | program NAME ] [ pinmaps DIR ] |\n"
	"                    pinned PATH | id PROG_ID } [ tag TAG ] [ verbose ]\n"
	"       LOAD := [ maps { new | keep | fit } ] [ linkage { ext | tail } ]\n"
	"       ENTRY := [ name NAME ] [ prio N | first | last | before SELECTOR | after SELECTOR ]\n"
	"                [ proceed-on ACTIONS ] [ on ACTIONS { next | stop | goto SELECTOR } ... ]\n"
	"                [ enable | disable ]\n"
	"       TXN := [ expect { ID | none } ] [ wait SECONDS ] [ dry-run | confirm SECONDS ]\n"
	"       SELECTOR := { NAME | name NAME | id PROG_ID | tag TAG | slot N }\n"
	"       ACTIONS := { all | none | { aborted | drop | pass | tx | redirect }[,...] }\n"
	"       MODE := { auto | native | generic }\n"
	"       FORMAT := { 2 | 3 | extended }\n";

void usage_print(const struct options *opts)
{
	const struct options name = { .own_name = opts->own_name };
	char own[sizeof(usage)];

	fputs(own_words(&name, usage, own, sizeof(own)), stderr);
}
