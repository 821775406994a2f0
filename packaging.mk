# SPDX-License-Identifier: GPL-2.0-or-later
# Part of Makefile: checks of the sources, releases and packages.

# What tools find without running anything.
lint: all | test-deps
	@prove --failures --comments --timer testsuite/lint.t testsuite/layers.t testsuite/doc.t

unit-tests: $(units) $(helpers) | test-deps

# TESTS="cni oci" chooses tests of the host.
coverage: | test-deps
	@scripts/coverage

archive = obj/ip-xdp-multi-$(shell cat VERSION).tar.gz

dist:
	@scripts/dist $(archive)
	@sha256sum $(archive)

# SUITES="bookworm trixie sid" chooses.
deb:
	@for suite in $(or $(SUITES),bookworm trixie sid); do scripts/deb $$suite || exit; done

# With rpmbuild of this machine.
rpm:
	@scripts/rpm

.PHONY: lint unit-tests coverage dist deb rpm
