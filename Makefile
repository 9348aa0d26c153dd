# keep6: builds, tests and shows it. All targets but 'build', 'clean' and 'distclean' first install the Debian packages
# that they need and that are missing, which takes root.

# The concurrency and string processing libraries, which keep6 does not use, would be 2 MB of the executable and a
# millisecond of its start; packed relocations (glibc 2.36), which only some linkers know, are 0.4 MB less, small code and
# functions that are alike kept once another 0.4 MB, a table of symbols for libraries that it does not load 0.3 MB, and
# nothing that is measured takes longer for it. Incremental code generation and references to compiled headers leave
# traces in it that depend on where it is built.
SWIFT_FLAGS = -c release --product keep6 --static-swift-stdlib --disable-sandbox -Xswiftc -Osize -Xlinker --icf=all \
	-Xswiftc -Xfrontend -Xswiftc -disable-implicit-concurrency-module-import \
	-Xswiftc -Xfrontend -Xswiftc -disable-implicit-string-processing-module-import \
	-Xswiftc -Xfrontend -Xswiftc -disable-incremental-llvm-codegen \
	-Xswiftc -Xfrontend -Xswiftc -no-clang-module-breadcrumbs \
	-Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=. -Xswiftc -use-ld=lld -Xlinker --build-id \
	-Xlinker -L.build/static -Xlinker --as-needed -Xlinker --no-export-dynamic \
	-Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now -Xlinker -z -Xlinker pack-relative-relocs
SECONDS = 60
DISRUPTIONS = 1000
RELEASE = trixie

export KEEP6_LAB_CACHE ?= /var/cache/keep6-lab
# What 'make test' boots or works in; each is made once, and again when its recipe in Tests/Lab/make-root changes.
ROOTS = trixie-host bookworm-host trixie-coexistence bookworm-coexistence trixie-newcomer bookworm-newcomer trixie-machine
TO_BUILD = swift build-essential debhelper git libsystemd-dev mmdebstrap pkgconf systemd-container
TO_BOOT = iproute2 iputils-ping kea-dhcp6-server procps radvd tcpdump

.PHONY: build deb deb-bookworm deb-trixie reproducible test lab lint demo bench survival soak fuzz clean distclean

# The C++ library of the Swift runtime is linked in, not loaded: 0.5 ms of each start, for 0.07 MB.
build:
	@mkdir -p .build/static
	@ln -sf "$$(gcc -print-file-name=libstdc++.a)" .build/static/
	swift build $(SWIFT_FLAGS)

deb:
	@sh .ci/need root namespaces space:4 $(TO_BUILD)
	@$(MAKE) --no-print-directory deb-bookworm deb-trixie

deb-bookworm deb-trixie: deb-%:
	@sh .ci/build-deb $*

reproducible: deb
	@sh .ci/reproducible

test:
	@sh .ci/need root namespaces space:8 $(TO_BUILD) $(TO_BOOT) iptables nftables strace
	@sh .ci/test

# The lab's roots and the packages, side by side.
lab: $(ROOTS:%=root-%) deb-bookworm deb-trixie

root-%:
	@sh Tests/Lab/make-root $(subst -, ,$*) >/dev/null

lint:
	@sh .ci/need swift lintian shellcheck
	swift format lint --strict --recursive Package.swift Sources Tests
	git ls-files -co --exclude-standard | xargs -d '\n' grep -lE '^#!/bin/(sh|bash)' | xargs shellcheck -S warning
	set -- dist/*.deb; test ! -e "$$1" || lintian --allow-root --fail-on error,warning "$$@"

demo:
	@sh .ci/need root namespaces swift build-essential iproute2 iputils-ping libsystemd-dev pkgconf procps radvd
	@$(MAKE) --no-print-directory build
	@sh Tests/Demo/demo

bench: deb
	@sh .ci/need $(TO_BOOT) iptables ndppd python3
	@$(MAKE) --no-print-directory build
	@sh Tests/Bench/bench
	@KEEP6_BENCH=1 swift test --filter HostBench 2>/dev/null | grep '^Debian'

# With ROWS or SETUPS, lists of what titles contain, separated by commas, it measures these and writes no document.
survival: deb
	@sh .ci/need space:8 $(TO_BOOT)
	@KEEP6_SURVIVAL=1 KEEP6_SURVIVAL_RELEASE=$(RELEASE) KEEP6_SURVIVAL_ROWS="$(ROWS)" \
		KEEP6_SURVIVAL_SETUPS="$(SETUPS)" KEEP6_SURVIVAL_INTO="$(if $(ROWS)$(SETUPS),,$(CURDIR))" \
		swift test --disable-xctest --filter '^Lab\.Survival/'

soak: deb
	@sh .ci/need space:8 $(TO_BOOT)
	@KEEP6_SOAK=$(DISRUPTIONS) KEEP6_SOAK_SEED=$(SEED) KEEP6_SOAK_RELEASE=$(RELEASE) \
		swift test --disable-xctest --filter '^Lab\.Soak/'

fuzz:
	@sh .ci/need swift build-essential libsystemd-dev pkgconf
	@sh Tests/Fuzz/fuzz $(SECONDS)

clean:
	rm -rf .build dist

# With the lab's roots, which take minutes to make, and which other clones use, too.
distclean: clean
	rm -rf "$(KEEP6_LAB_CACHE)"
