/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BPF tokens (Linux 6.9): the rights that a BPF filesystem delegates to the user namespace of
 * a container.
 *
 * A process in such a namespace lacks all rights that bpf(2) asks for.  With a token it makes
 * maps, BTF and programs, and from Linux 6.15 on it reads BTF.  But it opens no program, map
 * or link by its id: kernel/held.h finds those.
 *
 * The state is the process's, as its descriptors are: token_open() to token_close(), which
 * kobj_done() calls if there was no token at its kobj_init().
 */
#ifndef XM_TOKEN_H
#define XM_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "model/report.h"

/*
 * token_open() - take a token from the bpffs, if this process needs one
 * @root: its root
 *
 * One that would not do for a chain, such as any before Linux 6.15, is not taken, because a
 * chain that cannot be read must not be made: token_lack() says why.  A program that is linked
 * without lib/kernel/token_syscall.c, such as a static one, takes none.  In the initial user
 * namespace nothing is done or asked.  0, also without one; in a shortage -errno with a sentence,
 * because without its token a process takes what it made for another's.
 */
int token_open(int root, struct report *r);
void token_close(void);

/* token_fd() - the token, or -1.  With a token the kernel opens nothing by id for this
 * process, but BTF. */
int token_fd(void);
bool token_has(void);

/* token_lack() - why there is none though the bpffs delegates rights, to go on after
 * "requires ..."; or "" */
const char *token_lack(void);

/* token_refused() - a call with the token failed with EPERM: note the right that it lacks */
void token_refused(int cmd, const void *attr);

/* token_denied() - the last that was noted since token_open(), "delegate_maps=hash", or "" */
const char *token_denied(void);

/* token_xdp() - a new fd of the directory "xdp" of the bpffs that gave the token, or -errno */
int token_xdp(void);

/*
 * token_keep() - close a map that a program holds
 *
 * With a token it may have no pin by which it could be opened again, so it stays open until
 * token_close().
 */
void token_keep(int fd);

/*
 * struct token_call - the argument of a bpf(2) call with the token
 * @size: of @attr
 * @flags, @fd: where the token is in it
 */
struct token_call {
	size_t size;
	size_t flags;
	size_t fd;
	_Alignas(8) char attr[512];
};

/*
 * token_add() - add the token @fd to the argument of a bpf(2) call
 * @cmd, @attr, @size: the call
 *
 * libbpf before 1.5 knows no tokens, and later ones use them for objects only, without the
 * names of programs and maps: so lib/kernel/token_syscall.c adds it to each call.  Pure.
 * True if @call is to be made instead; then token_answer().
 */
bool token_add(int fd, int cmd, const void *attr, size_t size, struct token_call *call);

/* token_answer() - give the caller what the kernel wrote, but not the token: libbpf makes a
 * call again with the same argument */
void token_answer(struct token_call *call, void *attr, size_t size);

#endif
