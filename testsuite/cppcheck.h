/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For cppcheck, which does not read the headers of libraries. */
#define LIBBPF_OPTS(type, name, ...) struct type name = { __VA_ARGS__ }
#define bpf_object__for_each_map(pos, obj) \
	for (pos = bpf_object__next_map(obj, NULL); pos; pos = bpf_object__next_map(obj, pos))
#define bpf_object__for_each_program(pos, obj)               \
	for (pos = bpf_object__next_program(obj, NULL); pos; \
	     pos = bpf_object__next_program(obj, pos))
#define mnl_attr_for_each(attr, nlh, offset) for (attr = first_of(nlh); attr; attr = next_of(attr))
#define mnl_attr_for_each_nested(attr, nest) for (attr = first_of(nest); attr; attr = next_of(attr))
