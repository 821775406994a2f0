// SPDX-License-Identifier: GPL-2.0-or-later
/* The help text. */
#include "usage.h"

#include <stdio.h>

void usage_print(void)
{
	fputs("Usage: ip link xdp multi add DEVS PROGRAM [ ENTRY ] [ mode MODE ]\n"
	      "                             [ format FORMAT ] [ overwrite ] [ wait SECONDS ]\n"
	      "       ip link xdp multi del DEVS SELECTOR [ if-exists ] [ wait SECONDS ]\n"
	      "       ip link xdp multi flush { DEVS | all } [ if-exists ] [ wait SECONDS ]\n"
	      "       ip link xdp multi [ show | list ] [ [ dev ] DEV ]\n"
	      "       ip link xdp multi features\n"
	      "       ip link xdp multi help\n"
	      "\n"
	      "       DEVS := dev DEV [ dev DEV ... ]\n"
	      "       PROGRAM := object FILE [ section NAME | program NAME ] [ verbose ]\n"
	      "       ENTRY := [ name NAME ] [ prio N ] [ proceed-on ACTIONS ]\n"
	      "       SELECTOR := { NAME | name NAME | id PROG_ID | tag TAG | slot N }\n"
	      "       ACTIONS := { aborted | drop | pass | tx | redirect | all | none }[,...]\n"
	      "       MODE := { auto | native | generic }\n"
	      "       FORMAT := { 2 | 3 | extended }\n", stderr);
}
