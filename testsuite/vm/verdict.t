#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel: last
# boot: --smp 1
# The verdicts of dispatchers in the kernel match the model: all masks and verdicts for
# short chains, and a sample for long ones.

exec obj/helpers/verdict
