# Thin: names for what one does with this project. CMake knows how things are built, .ci/setup what a machine needs.
PREFIX ?= /usr/local
RULES  := build/share/instc/rules.pack.json

# .ci/setup puts a Go toolchain here when the one on PATH is too old.
ifneq ($(wildcard .cache/go/bin/go),)
export PATH := $(CURDIR)/.cache/go/bin:$(PATH)
unexport GOROOT
endif

.PHONY: help setup build rules test soak test-race test-plugins test-collector test-builds compat demo bench oracle fuzz install dist format tidy clean

help:
	@echo 'make build             build/bin/instc, build/bin/instc-toolexec and the compiled rules'
	@echo 'make test              everything that is tested; ends with "N passed, N failed"'
	@echo 'make soak              minutes of requests, pools, timers and goroutines: every parent right, memory flat'
	@echo 'make test-race         the end-to-end tests with every program built for the race detector'
	@echo 'make demo              one trace across two Go services that nobody instrumented'
	@echo 'make test-plugins      the plugins with the oldest, a middle and the newest version of their library'
	@echo 'make test-collector    a stock OpenTelemetry Collector, built from its modules, reads everything that is exported'
	@echo 'make test-builds       every supported Go, other systems, profiles, sanitizers'
	@echo 'make compat            programs of others, built plain and instrumented: docs/compatibility.md'
	@echo 'make bench             measured ratios against their targets'
	@echo 'make oracle            compiler/go against go/types: all of std and the modules of tests/goapi/modules.txt'
	@echo 'make fuzz SECONDS=600  each target for so long: rules, Go, summaries, packs, the runtime'
	@echo 'make install PREFIX=   instc for everybody'
	@echo 'make dist              dist/instc-VERSION-linux-ARCH.tar.gz: two static programs and the rules, for any Linux'
	@echo 'make format, make tidy clang-format and clang-tidy over dsl/ and compiler/'

setup:
	@.ci/setup

# A toolchain that setup has just fetched must be on PATH, so the rest runs in a make of its own.
build test soak test-race test-plugins test-collector test-builds compat demo bench oracle install dist: setup
	@+$(MAKE) --no-print-directory do-$@

.PHONY: do-configure do-build do-servers do-test do-soak do-test-race do-test-plugins do-test-collector do-test-builds do-compat do-demo do-bench do-oracle do-install do-dist

do-configure:
	@cmake --preset release $(if $(VERBOSE),,--log-level=WARNING)

do-build: do-configure
	@cmake --build --preset release --target instc instc-toolexec
	@mkdir -p $(dir $(RULES))
	@build/bin/instc compile -o $(RULES) stdlib-rules plugins

# Servers that the end-to-end tests start. A Kafka broker is a Java program, and Maven brings it.
do-servers:
	@.ci/setup maven openjdk-17-jre-headless postgresql

do-test: do-build do-servers
	@cmake --build --preset release
	@python3 tests/run.py build

do-test-plugins: do-build do-servers
	@.ci/setup mariadb-server-core mariadb-client-core
	@cd tests/e2e && INSTC=$(CURDIR)/build/bin/instc INSTC_RULES=$(CURDIR)/$(RULES) INSTC_TEST_PLUGINS=all go test -timeout 60m -run 'TestRouters|TestGrpc|TestZap|TestLogrus|TestZerolog|TestGorm|TestMongo|TestKafka|TestAnts|TestFasthttp|TestFiber|TestYields|TestOwnSpans|TestRedis' .
	@python3 tests/compat/suites.py build/bin/instc

do-test-collector: do-build
	@cd tests/collector && INSTC=$(CURDIR)/build/bin/instc INSTC_RULES=$(CURDIR)/$(RULES) go test -count=1 -timeout 60m .

# The oldest Go that is supported and every one since; the one on PATH has its turn in make test.
BUILD_MATRIX_GO := 1.23.0 1.24.0 1.25.0 1.26.0 1.27.4

do-test-builds: do-build
	@.ci/setup clang-16 libclang-rt-16-dev
	@python3 tests/e2e/buildmatrix/toolchains_test.py build/bin/instc
	@for go in $(BUILD_MATRIX_GO); do \
	  echo "the matrix of builds with Go $$go" && \
	  goroot="$$(cd / && GOTOOLCHAIN=go$$go go env GOROOT)" && \
	  PATH="$$goroot/bin:$$PATH" GOTOOLCHAIN=local python3 tests/e2e/buildmatrix/matrix_test.py build/bin/instc && \
	  PATH="$$goroot/bin:$$PATH" GOTOOLCHAIN=local python3 tests/e2e/buildmatrix/sameness_test.py build/bin/instc && \
	  PATH="$$goroot/bin:$$PATH" GOTOOLCHAIN=local python3 tests/e2e/buildmatrix/variants_test.py build/bin/instc || exit 1; \
	done

do-soak: do-build
	@cd tests/e2e && INSTC=$(CURDIR)/build/bin/instc INSTC_RULES=$(CURDIR)/$(RULES) INSTC_SOAK=20 go test -v -count=1 -timeout=60m -run TestSoak .

# Left out are what looks at how often the compiler runs, the demo, which is a script of its own, and what is otherwise under the race detector in plain
# programs, too: it wants cgo, which hides deadlocks, and pools then throw away what they are given, so calls allocate more or less.
do-test-race: do-build do-servers
	@cd tests/e2e && INSTC_TEST_RACE=1 INSTC=$(CURDIR)/build/bin/instc INSTC_RULES=$(CURDIR)/$(RULES) go test -count=1 -timeout 120m \
	  -skip 'TestPlainAndInstrumentedBuildsDoNotMix|TestSecondBuildCompilesNothing|TestDemo|TestDeadlocksAreStillFound|TestBehaviourIsKept' .

do-compat: do-build
	@python3 tests/compat/compat.py build/bin/instc --write docs/compatibility.md

do-demo: do-build
	@examples/shop/demo.sh

do-bench: do-build
	@cmake --build --preset release --target instc-go-dump
	@python3 tests/bench/plugins.py build
	@python3 tests/bench/bench.py build

# What Go said about a module is kept in build/oracle, so that a second run only asks instc.
do-oracle: do-configure
	@cmake --build --preset release --target instc-go-dump
	@python3 tests/goapi/compare.py build/bin/instc-go-dump tests/goapi/oracle full build/oracle

SECONDS ?= 600

fuzz:
	@.ci/setup clang-16 libclang-rt-16-dev
	@cmake --preset fuzz --log-level=WARNING
	@ninja -C build-fuzz fuzz
	@python3 tests/fuzz/run.py build-fuzz $(SECONDS)

do-install: do-build
	install -Dm755 build/bin/instc $(DESTDIR)$(PREFIX)/bin/instc
	install -Dm755 build/bin/instc-toolexec $(DESTDIR)$(PREFIX)/bin/instc-toolexec
	install -Dm644 $(RULES) $(DESTDIR)$(PREFIX)/share/instc/rules.pack.json

# What is linked in statically, by Debian package: their licences want to be handed on with a program.
LINKED = libantlr4-runtime-dev llvm-14-dev libboost-program-options1.74-dev zlib1g-dev nlohmann-json3-dev libncurses-dev libstdc++-12-dev libc6-dev

# The same tree gives the same bytes: names in order, the time of the last commit, no owner.
do-dist: do-build
	@name=$$(build/bin/instc version | tr ' ' '-')-linux-$$(go env GOARCH) && rm -rf dist/$$name && \
	$(MAKE) --no-print-directory do-install DESTDIR= PREFIX=dist/$$name >/dev/null && cp LICENSE dist/$$name/ && mkdir dist/$$name/licenses && \
	for package in $(LINKED); do cp /usr/share/doc/$$package/copyright dist/$$name/licenses/$$package || exit 1; done && \
	tar -C dist --sort=name --mtime=@$$(git log -1 --format=%ct) --owner=0 --group=0 --numeric-owner -cf - $$name | gzip -n9 > dist/$$name.tar.gz && \
	rm -r dist/$$name && ls -l dist/$$name.tar.gz

SOURCES = $(shell git ls-files 'dsl/*.h' 'dsl/*.cpp' 'compiler/*.h' 'compiler/*.cpp' 'tests/*.h' 'tests/*.cpp')

format:
	@.ci/setup clang-format-14
	@clang-format-14 -i $(SOURCES)
	@gofmt -w $$(git ls-files '*.go')

tidy:
	@.ci/setup clang-tidy-16
	@$(MAKE) --no-print-directory do-configure
	@run-clang-tidy-16 -p build -quiet -extra-arg=-Wno-unknown-warning-option -extra-arg=-include -extra-arg=$(CURDIR)/tests/fuzz/clang_vector.h '/(dsl|compiler)/.*\.cpp$$'

clean:
	rm -rf build
