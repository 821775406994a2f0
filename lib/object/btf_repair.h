/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Repair the BTF of an object file so that the kernel accepts it.
 *
 * Compilers for languages other than C, and some compilers for C, write BTF that
 * the kernel refuses as a whole: names that are not C identifiers, pointers with
 * names, members out of order, functions with unnamed parameters. An extension
 * program needs BTF, so it is repaired as far as this does not change the layout
 * of any type.
 */
#ifndef XM_BTF_REPAIR_H
#define XM_BTF_REPAIR_H

struct btf;
struct reach;

/*
 * btf_repair() - make a copy of @btf that the kernel accepts
 *
 * Types keep their ids. Types of maps, externs and sections of variables that are
 * not reached become empty types. Size, place and meaning of the data in a map
 * never change. Offsets of strings can differ from those in @btf. Returns NULL when
 * out of memory; the caller frees the result.
 */
struct btf *btf_repair(const struct btf *btf, const struct reach *to);

#endif
