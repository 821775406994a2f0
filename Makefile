# SPDX-License-Identifier: GPL-2.0-or-later
# All outputs lie under obj/, but for the program itself, ip/ip.

all:

# Only these install and configure by themselves. They say so first.
may_configure = check demo shell
need_nothing = clean distclean deps help format dist deb rpm coverage

goals := $(or $(MAKECMDGOALS),all)
ifneq ($(filter-out $(need_nothing),$(goals)),)
ifneq ($(wildcard obj/config.mk),)
ifneq ($(shell find configure VERSION -newer obj/configured 2>&1),)
changed = yes
endif
else ifneq ($(filter $(may_configure),$(goals)),)
obj/config.mk:
	@scripts/deps build $(if $(filter-out shell,$(goals)),test,shell)
	@./configure
else
$(error Not configured. Run ./configure; if a package is missing, run "make deps" first)
endif
include obj/config.mk
$(if $(changed),$(error configure has changed. Run ./configure $(CONFIGURE_ARGS) again))
endif

ifeq ($(V),1)
quiet =
else
quiet = @printf '  %-8s%s\n' '$(1)' '$(2)';
endif

WARNINGS = -Wall -Wextra -Wshadow -Wformat=2 -Wmissing-prototypes \
	   -Wstrict-prototypes
# The user's flags come last.
own_cflags = -std=gnu11 $(WARNINGS) -Ilib -Iinclude -Iobj -Iobj/lib -D_GNU_SOURCE $(LIB_CFLAGS)
compile = $(CC) $(own_cflags) $(NEEDED_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP
link = $(CC) $(NEEDED_CFLAGS) $(CFLAGS) $(NEEDED_LDFLAGS) $(LDFLAGS)
compile_bpf = $(CLANG) -target $(BPF_TARGET) -O2 -ffile-prefix-map=$(CURDIR)=. $(BPF_CFLAGS)
CMOCKA = $(shell $(PKG_CONFIG) --libs cmocka)

objects = $(patsubst %.c,obj/%.o,$(sort $(wildcard $(1))))
# It goes into programs that use the shared C library.
token_object := obj/lib/kernel/token_syscall.o
lib_objects := $(filter-out $(token_object),$(call objects,lib/*/*.c))
ip_objects := $(filter-out $(if $(WITH_PCAP),obj/ip/no_pcap.o,$(patsubst %,obj/ip/%.o,capture \
	libpcap packet_filter)),$(call objects,ip/*.c))
cni_objects := $(call objects,cni/*.c)
oci_objects := $(call objects,oci/*.c)
unit_objects := $(call objects,testsuite/unit/*.c)
helper_objects := $(call objects,testsuite/vm/helpers/*.c)
bpf_objects := $(patsubst bpf/%.bpf.c,obj/bpf/%.o,$(wildcard bpf/*.bpf.c))
units := $(patsubst testsuite/unit/%.c,obj/unit/%,$(wildcard testsuite/unit/*.c))
helpers := $(patsubst testsuite/vm/helpers/%.c,obj/helpers/%,$(wildcard testsuite/vm/helpers/*.c)) \
	   obj/helpers/nobtf.o $(patsubst %,obj/helpers/firewall-%.o,1 2 3 4 5) \
	   obj/helpers/jump-1.o obj/helpers/jump-2.o obj/helpers/maps-1.o obj/helpers/maps-2.o \
	   obj/helpers/pinned-maps-1.o \
	   $(patsubst %,obj/helpers/pinned-%.o,1 2 4)
man_pages := $(patsubst man/%.in,obj/man/%,$(wildcard man/man[578]/*.in))
hook_files := $(patsubst %.in,obj/%,$(wildcard hooks/*/*.in))
library = obj/libxdpmulti.a
fuzzers := $(patsubst testsuite/fuzz/%.c,obj/fuzz/%,\
	   $(filter-out %/seeds.c,$(wildcard testsuite/fuzz/*.c)))
fuzz_objects := $(patsubst obj/%,obj/fuzz/%,$(lib_objects) $(filter-out obj/ip/ip.o,$(ip_objects)))

all: ip/ip $(if $(WITH_CNI),obj/cni/xdp-multi) $(if $(WITH_OCI),obj/oci/xdp-multi-oci) \
	$(bpf_objects) obj/bpf/sampler $(man_pages) $(hook_files)

# A static program has no other syscall() than its own.
is_static = $(filter -static -static-pie --static,$(PROGRAM_LDFLAGS) $(LDFLAGS) $(CFLAGS) $(CC))

ip/ip: $(ip_objects) $(if $(is_static),,$(token_object)) $(library)
	$(call quiet,LINK,$@)$(link) $(PROGRAM_LDFLAGS) -o $@ $^ $(LIBS)

obj/cni/xdp-multi: $(cni_objects) $(library)
	$(call quiet,LINK,$@)$(link) $(PLUGIN_LDFLAGS) -o $@ $^ $(PLUGIN_LIBS)

obj/oci/xdp-multi-oci: $(oci_objects) $(library)
	$(call quiet,LINK,$@)$(link) $(PLUGIN_LDFLAGS) -o $@ $^ $(PLUGIN_LIBS)

# The same as one static program, to be tested and measured beside the usual one.
obj/static/%.o: %.c obj/config.mk
	@mkdir -p $(@D)
	$(call quiet,CC,$@)$(compile) -DSTATIC=1 -c -o $@ $<

obj/static/libmnl.a: | test-deps
	@testsuite/fetch-libmnl $(@D)

# What loads a library is not the same.
loading := $(shell grep -l dlopen ip/*.c)

obj/helpers/static/ip: $(filter-out $(call objects,$(loading)),$(ip_objects)) \
		$(patsubst %.c,obj/static/%.o,$(loading)) $(library) | obj/static/libmnl.a
	@mkdir -p $(@D)
	$(call quiet,LINK,$@)$(link) -static-pie -o $@ $^ -Lobj/static $(STATIC_LIBS)

obj/helpers/static/xdp-multi: $(cni_objects) $(library) | obj/static/libmnl.a
	@mkdir -p $(@D)
	$(call quiet,LINK,$@)$(link) -static-pie -o $@ $^ -Lobj/static $(STATIC_LIBS)

# They hold a compiled BPF program as data.
obj/lib/kernel/refcount.o obj/fuzz/lib/kernel/refcount.o: obj/lib/kernel/refcount_bytes.h
obj/lib/kernel/attached.o obj/fuzz/lib/kernel/attached.o: obj/lib/kernel/attached_bytes.h

obj/lib/kernel/%_bytes.h: obj/bpf/%.o
	@mkdir -p $(@D)
	$(call quiet,EMBED,$@)od -An -v -tx1 $< | sed 's/ \(..\)/0x\1,/g' > $@

$(library): $(lib_objects)
	$(call quiet,AR,$@)rm -f $@; $(AR) rcs $@ $^

obj/%.o: %.c obj/config.mk
	@mkdir -p $(@D)
	$(call quiet,CC,$<)$(compile) -c -o $@ $<

obj/bpf/%.o: bpf/%.bpf.c obj/config.mk
	@mkdir -p $(@D)
	$(call quiet,BPF,$<)$(compile_bpf) -g -Wall -Wextra -Wno-unused-parameter -Iinclude -MMD -MP -c -o $@ $<

# The reader of an example, for user space.
obj/bpf/sampler: bpf/sampler.c bpf/sample.h obj/config.mk
	@mkdir -p $(@D)
	$(call quiet,LINK,$@)$(compile) -o $@ $< $(LDFLAGS) $(PROGRAM_LDFLAGS) $(LIBS)

obj/unit/%: obj/testsuite/unit/%.o $(filter-out obj/ip/ip.o,$(ip_objects)) \
		$(filter-out obj/cni/main.o,$(cni_objects)) $(library)
	@mkdir -p $(@D)
	$(call quiet,LINK,$@)$(link) -o $@ $^ $(CMOCKA) $(LIBS)

obj/helpers/%: obj/testsuite/vm/helpers/%.o $(library)
	@mkdir -p $(@D)
	$(call quiet,LINK,$@)$(link) -o $@ $^ $(LIBS)

obj/helpers/%.so: testsuite/vm/helpers/%.so.c obj/config.mk
	@mkdir -p $(@D)
	$(call quiet,LINK,$@)$(link) -std=gnu11 $(WARNINGS) -D_GNU_SOURCE -fPIC -shared -o $@ $< -ldl

# An object as it comes from a compiler without -g.
obj/helpers/nobtf.o: bpf/pass.bpf.c obj/config.mk
	@mkdir -p $(@D)
	$(call quiet,BPF,$@)$(compile_bpf) -c -o $@ $<

# Versions of one program, to replace each other.
compile_version = $(call quiet,BPF,$@)$(compile_bpf) -g -Wall -Wextra -Wno-unused-parameter -DVERSION=$* -c -o $@ $<

obj/helpers/firewall-%.o: bpf/firewall.bpf.c obj/config.mk
	@mkdir -p $(@D)
	$(compile_version)

obj/helpers/pinned-%.o: bpf/firewall.bpf.c obj/config.mk
	@mkdir -p $(@D)
	$(compile_version) -DPINNED

obj/helpers/jump-%.o: bpf/jump.bpf.c obj/config.mk
	@mkdir -p $(@D)
	$(compile_version)

obj/helpers/pinned-maps-%.o: bpf/maps.bpf.c obj/config.mk
	@mkdir -p $(@D)
	$(compile_version) -DPINNED

obj/helpers/maps-%.o: bpf/maps.bpf.c obj/config.mk
	@mkdir -p $(@D)
	$(compile_version)

# The same sources once more, with what finds their mistakes.
SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

obj/fuzz/%.o: %.c obj/config.mk
	@mkdir -p $(@D)
	$(call quiet,FUZZ,$<)$(CLANG) $(own_cflags) $(CPPFLAGS) \
		$(SANITIZE) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

obj/fuzz/all.a: $(fuzz_objects)
	$(call quiet,AR,$@)rm -f $@; $(AR) rcs $@ $^

$(fuzzers): obj/fuzz/%: obj/fuzz/testsuite/fuzz/%.o obj/fuzz/all.a | obj/fuzz/seeds
	$(call quiet,LINK,$@)$(CLANG) $(SANITIZE) -fsanitize=fuzzer -o $@ $^ $(LIBS)

obj/fuzz/make-seeds: obj/testsuite/fuzz/seeds.o $(library)
	@mkdir -p $(@D)
	$(call quiet,LINK,$@)$(link) -o $@ $^ $(LIBS)

obj/fuzz/seeds: obj/fuzz/make-seeds $(bpf_objects)
	@rm -rf $@
	$(call quiet,SEEDS,$@)obj/fuzz/make-seeds $@ $(bpf_objects)
	@mkdir -p $@/object && cp $(bpf_objects) $@/object

# What stands in man pages and hooks for a place.
fill_in = s|@VERSION@|$(VERSION)|g;s|@PREFIX@|$(PREFIX)|g;s|@SBINDIR@|$(SBINDIR)|g;s|@MANDIR@|$(MANDIR)|g;s|@LIBEXECDIR@|$(LIBEXECDIR)|g;s|@DATADIR@|$(DATADIR)|g;s|@CNIDIR@|$(CNIDIR)|g;s|@INCLUDEDIR@|$(INCLUDEDIR)|g;s|@SYSTEM_IP@|$(SYSTEM_IP)|g$(subst ; ,;,$(foreach hook,$(HOOK_DIRS),;s|@$(firstword $(subst =, ,$(hook)))-dir@|$(lastword $(subst =, ,$(hook)))|g))

obj/man/%: man/%.in obj/config.mk
	@mkdir -p $(@D)
	$(call quiet,MAN,$@)sed '$(fill_in)' $< > $@

obj/hooks/%: hooks/%.in obj/config.mk
	@mkdir -p $(@D)
	$(call quiet,HOOK,$@)sed '$(fill_in)' $< > $@

install_environment = DESTDIR='$(DESTDIR)' SBINDIR='$(SBINDIR)' MANDIR='$(MANDIR)' \
	COMPLETIONDIR='$(COMPLETIONDIR)' BASHSTARTDIR='$(BASHSTARTDIR)' ZSHDIR='$(ZSHDIR)' \
	MAN_PAGES='$(notdir $(man_pages))' \
	SYSTEM_IP='$(SYSTEM_IP)' INSTALL_IP='$(INSTALL_IP)' LIBEXECDIR='$(LIBEXECDIR)' \
	INCLUDEDIR='$(INCLUDEDIR)' PKGCONFIGDIR='$(PKGCONFIGDIR)' \
	CNIDIR='$(CNIDIR)' OCIHOOKSDIR='$(OCIHOOKSDIR)' DATADIR='$(DATADIR)' \
	HOOKS='$(HOOKS)' HOOK_DIRS='$(HOOK_DIRS)' \
	HOOK_FILES='$(patsubst obj/hooks/%,%,$(hook_files))' FILL_IN='$(fill_in)' \
	WITH_CNI='$(WITH_CNI)' WITH_OCI='$(WITH_OCI)'

install: all
	@$(install_environment) scripts/install install

uninstall:
	@$(install_environment) scripts/install uninstall

# KERNELS="6.1 direct" chooses kernels, TESTS="chain" tests with that in the name.
check: | test-deps
	@$(MAKE) --no-print-directory all units helpers
	@! { $(can_fuzz); } || $(MAKE) -s fuzzers
	@timeout 180 $(MAKE) -s obj/helpers/static/ip obj/helpers/static/xdp-multi > /dev/null 2>&1 || :
	@KERNELS="$(KERNELS)" TESTS="$(TESTS)" testsuite/check

# Container engines, and the newest plugins, as Debian has them.
check-containers: all $(helpers) | test-deps
	@scripts/deps containers
	@prove --timer testsuite/containers/*.t

# Files of a trace as Wireshark reads them, on the kernel of this machine. The other tests
# do without: it brings 100 megabytes.
check-wireshark: all $(helpers) | test-deps
	@scripts/deps wireshark
	@for test in trace trace_chains; do testsuite/vm/direct $$test || exit 1; done

# Completion in the shells of two Debian suites.
check-completion: all | test-deps
	@prove --timer testsuite/completion/shells.t

# Each test on each kernel and by each linkage.
check-all:
	@EVERYTHING=yes $(MAKE) check

# What works where: a table of kernels, architectures, toolchains and peers, each of which
# is tried. MATRIX="kernels peers" chooses parts, KERNELS="5.10" kernels. It takes hours.
matrix: | test-deps
	@$(MAKE) --no-print-directory all units helpers
	@KERNELS="$(KERNELS)" TESTS="$(TESTS)" scripts/matrix $(MATRIX)

# Boot a Debian with all hooks in a virtual machine. CASES="boot rename" chooses.
check-boot: all | test-deps
	@KERNELS="$(KERNELS)" CASES="$(CASES)" prove --timer -v testsuite/boot/check.t

# Somebody else acts at every system call of every verb, on the kernel of this machine
# and, for xdp-loader and extensions, in a virtual one. It takes hours; choose by
# ACTOR_CASES="add flush", ACTORS="off loader", ACTOR_STRIDE=5.
actors: export ACTOR_STRIDE ?= 1
actors: export ACTOR_PAIRS ?= 1
actors: all $(helpers) | test-deps
	@testsuite/actors.t
	@testsuite/vm/boot $(lastword $(or $(KERNELS),6.12)) env KERNEL=$(lastword $(or $(KERNELS),6.12)) \
		ACTOR_STRIDE=$(ACTOR_STRIDE) ACTOR_PAIRS=$(ACTOR_PAIRS) ACTORS="$(ACTORS)" \
		ACTOR_CASES="$(ACTOR_CASES)" bash testsuite/vm/actors.t

# Not every clang comes with what fuzzing needs.
can_fuzz = echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	   $(CLANG) -xc -fsanitize=fuzzer,address,undefined -o obj/probe-fuzz - 2> /dev/null

fuzzers: $(fuzzers)

units: $(units)

helpers: $(helpers)

# FUZZ_SECONDS=60 for each of FUZZ="conf batch", which are all if not said.
fuzz: | test-deps
	@$(can_fuzz) || { echo "$(CLANG) has no libFuzzer" >&2; exit 1; }
	@$(MAKE) -s fuzzers
	@testsuite/fuzz/run --seconds $(or $(FUZZ_SECONDS),60) $(FUZZ)

demo: all obj/helpers/bpf.so obj/helpers/objects | test-deps
	@scripts/demo

shell: all | shell-deps
	@scripts/shell

# KERNELS="6.1" chooses kernels, BENCH="packet command scale memory" parts, JSON=1 prints
# JSON.
bench: all obj/helpers/bare obj/helpers/cost obj/helpers/spent | test-deps
	@$(MAKE) -s obj/helpers/static/ip || echo '# no static program: see testsuite/fetch-libmnl' >&2
	@KERNELS="$(KERNELS)" scripts/bench $(if $(JSON),-j) $(BENCH)

# CONTAINERS=22 of them, on the last of KERNELS="6.12".
bench-containers: all | test-deps
	@$(MAKE) -s obj/helpers/static/xdp-multi || echo '# no static plugin: see testsuite/fetch-libmnl' >&2
	@scripts/bench-containers $(or $(CONTAINERS),22) $(lastword $(or $(KERNELS),6.12))

format:
	clang-format -i $(wildcard lib/*/*.[ch] ip/*.[ch] cni/*.[ch] oci/*.[ch] include/*.h bpf/*.[ch] \
		testsuite/*.h testsuite/unit/*.[ch] testsuite/fuzz/*.[ch] testsuite/vm/helpers/*.[ch])

include packaging.mk

deps:
	@scripts/deps build test

test-deps:
	@scripts/deps test

shell-deps:
	@scripts/deps shell

clean:
	rm -rf ip/ip obj/boot obj/bpf obj/check obj/fuzz obj/helpers obj/hooks obj/ip obj/lib obj/man \
		obj/static obj/testsuite obj/unit obj/vm $(library)

distclean:
	rm -rf ip/ip obj

help:
	@sed -n 's/^#: //p' Makefile

#: make             build everything, once ./configure has been run; CC, CPPFLAGS,
#:                  CFLAGS, LDFLAGS, AR, PREFIX and DESTDIR are honoured
#: make check       run all tests, most of them in small virtual machines
#:                  KERNELS="6.1 5.10" TESTS="chain" narrow it; the kernel
#:                  "direct" is that of this machine, for which you must be root
#: make check-boot  boot a Debian with all hooks in a virtual machine
#: make check-all   run each of them on each kernel and by each linkage
#: make matrix      try each kernel, architecture, toolchain and peer that is in the table
#:                  of README, and print that table; it takes hours
#:                  MATRIX="kernels" KERNELS="5.10 newest" choose
#: make check-completion  try completion in bash, with an older and a newer
#:                  bash-completion, and in zsh
#: make check-containers  let container engines call the CNI plugin and the OCI hook
#: make check-wireshark   let Wireshark read the files of a trace
#: make fuzz        feed hostile bytes to what reads them, each for a minute
#:                  FUZZ="conf batch" FUZZ_SECONDS=600 choose
#: make actors      let somebody else act at every system call of every verb: it
#:                  takes hours; ACTOR_STRIDE=50 ACTORS="off" ACTOR_CASES="add"
#:                  choose, see testsuite/lib/actors.sh
#: make demo        show the program at work: in namespaces of this machine if
#:                  its kernel allows that, else in a virtual machine
#: make shell       open a shell in namespaces with a veth pair, to try it by hand
#: make bench       measure what chains cost, in virtual machines and for root here, and
#:                  print goals and figures; BENCH="packet command scale memory"
#:                  chooses, JSON=1 prints JSON
#: make bench-containers  measure what a chain for each of many containers costs
#: make format      lay the C files out as .clang-format says
#: make lint        check the sources with shellcheck, cppcheck, codespell and others
#: make coverage    print how many lines the unit tests and the tests of this host run
#: make dist        write the sources of the last commit to obj/, the same bytes each time
#: make deb         build Debian packages in chroots, as root; SUITES="bookworm trixie sid"
#:                  chooses
#: make rpm         build RPM packages with rpmbuild
#: make install     install below PREFIX; DESTDIR is honoured
#: make uninstall   remove what install installed
#: make deps        install the packages that building and testing need
#: make clean       remove what was built; distclean: the configuration too
#: V=1              show the commands
#: make check, demo and shell install missing packages and configure, and say so first.
#: ./configure --help lists the options of the build, such as --host for cross compilation

.PHONY: matrix units helpers shell all format install uninstall check check-all check-boot check-completion check-containers check-wireshark bench-containers actors demo bench fuzz fuzzers deps test-deps shell-deps clean distclean help
.SECONDARY:
.DELETE_ON_ERROR:

-include $(patsubst %.o,%.d,$(lib_objects) $(ip_objects) $(cni_objects) $(oci_objects) $(unit_objects) \
	$(helper_objects) $(bpf_objects) $(fuzz_objects) obj/testsuite/fuzz/seeds.o \
	$(patsubst obj/fuzz/%,obj/fuzz/testsuite/fuzz/%.o,$(fuzzers)))
