/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's JIT compiler, without which chains do not work: an extension can replace
 * only a function that is compiled, and a program that the kernel interprets can have
 * functions or tail calls, but not both.
 */
#ifndef XM_JIT_H
#define XM_JIT_H

#include <stdbool.h>

#include "model/report.h"

/* JIT_ADVICE_SIZE - room for what jit_is_off() writes */
#define JIT_ADVICE_SIZE 160

/*
 * jit_is_off() - is a program that is loaded now interpreted?
 * @advice: what to do then, else ""
 *
 * Found out by loading one.  False also where that is refused, or what the kernel says of
 * programs does not tell for want of CAP_BPF.
 */
bool jit_is_off(char advice[JIT_ADVICE_SIZE]);

/*
 * jit_refused() - after the kernel refused something of a chain with @err (an errno): was
 * it for want of the JIT compiler?
 * @what: "load the dispatcher"
 *
 * Then -@err with a sentence; else 0.
 */
int jit_refused(int err, const char *what, struct report *r);

#endif
