# Builds, tests and shows keep6. All targets except 'build', 'clean' and 'distclean' first install missing Debian packages,
# which needs root.

# Smaller and faster: without the concurrency and string processing libraries, which keep6 does not use, the executable is
# 2 MB smaller and starts a millisecond sooner. Packed relocations (glibc 2.36), which only some linkers support, save
# 0.4 MB; small code and merged identical functions save another 0.4 MB; omitting a table of symbols for libraries that it
# does not load saves 0.3 MB. No benchmark is slower. Reproducible: incremental code generation and references to compiled
# headers would leave traces that depend on the build directory.
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
# The files whose English 'make lint' checks.
PLAIN = Makefile Package.swift README.md debian docs hooks networkd $(patsubst %,Sources/%,CLinux \
	CSystemd Configuration Firewall Hooks Host Internet Linux NeighborDiscovery Presentation Systemd Text keep6)

export KEEP6_LAB_CACHE ?= /var/cache/keep6-lab
# The roots that 'make test' boots or works in. Each is built once, and again when its recipe in Tests/Lab/make-root changes.
ROOTS = trixie-host bookworm-host trixie-coexistence bookworm-coexistence trixie-newcomer bookworm-newcomer trixie-machine
TO_BUILD = swift build-essential debhelper git libsystemd-dev mmdebstrap pkgconf systemd-container
TO_BOOT = iproute2 iputils-ping kea-dhcp6-server procps radvd tcpdump

.PHONY: build deb deb-bookworm deb-trixie reproducible test lab lint demo bench survival soak fuzz clean distclean

# Links the C++ library of the Swift runtime statically: this saves 0.5 ms of each start and costs 0.07 MB.
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

# Builds the lab's roots and the packages in parallel.
lab: $(ROOTS:%=root-%) deb-bookworm deb-trixie

root-%:
	@sh Tests/Lab/make-root $(subst -, ,$*) >/dev/null

lint:
	@sh .ci/need swift lintian shellcheck
	swift format lint --strict --recursive Package.swift Sources Tests
	@sh .ci/idioms $(PLAIN)
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

# ROWS and SETUPS are comma-separated parts of titles. With either, it measures only these and writes no document.
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

# Also removes the lab's roots, which take minutes to build, and which other clones share.
distclean: clean
	rm -rf "$(KEEP6_LAB_CACHE)"
