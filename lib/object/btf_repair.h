/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The BTF of an object file, made into what the kernel takes.
 *
 * Compilers for other languages than C, and other compilers for C, write what
 * the kernel refuses as a whole: names that are no identifiers of C, pointers
 * that have a name, members that are not in order, functions without names for
 * what they take. An extension program cannot do without BTF; so this is put
 * right as far as no layout is changed by it.
 */
#ifndef XM_BTF_REPAIR_H
#define XM_BTF_REPAIR_H

struct btf;
struct reach;

/*
 * btf_repair() - a copy of @btf that the kernel takes
 *
 * Types keep their ids. What belongs to parts of the object that are not reached
 * becomes an empty type: maps, externs, and sections of variables. Size, place
 * and meaning of what is in a map never change. Strings may be other ones than
 * at the offsets in @btf. NULL for want of memory; the caller frees it.
 */
struct btf *btf_repair(const struct btf *btf, const struct reach *to);

#endif
