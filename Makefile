# What people type. Everything else is CMake: see CMakePresets.json.

export SLUICE_TEST_DATA ?= $(CURDIR)/../shared/data
# A clone in another folder finds what was compiled here.
export CCACHE_BASEDIR = $(CURDIR)
export CCACHE_NOHASHDIR = 1
JOBS ?= $(shell nproc)
CTEST = ctest --test-dir build/$(1) -j $(JOBS) --output-on-failure --no-label-summary

.PHONY: build build/sluice demo test test-slow oracle bench bench-kernels bench-search format lint clean

build:
	tools/setup demo
	$(MAKE) --no-print-directory build/sluice

# The program, at a place that does not change with the preset.
build/sluice: build-release-sluice
	ln -sfn release/sluice $@

# Set-up, build and the main job, with the minutes each took.
demo:
	tools/demo

# The unit tests under the address and undefined-behaviour sanitizers, then everything on the release build.
test:
	tools/setup test
	$(MAKE) --no-print-directory build-asan build-release
	ln -sfn release/sluice build/sluice
	$(call CTEST,asan) -L unit
	$(call CTEST,release)

# As `test`, with the thread sanitizer and clang, fifty kills instead of ten, and ten times as many random cases.
test-slow:
	tools/setup test
	$(MAKE) --no-print-directory build-asan build-tsan build-clang build-release
	ln -sfn release/sluice build/sluice
	$(call CTEST,clang) -L unit
	SLUICE_SLOW=1 $(call CTEST,asan) -L unit
	SLUICE_SLOW=1 $(call CTEST,tsan) -L unit
	SLUICE_SLOW=1 $(call CTEST,release)

# Networks drawn at random, in real Keras and in Sluice: make oracle CASES=2000
CASES ?= 100
oracle:
	tools/setup test
	$(MAKE) --no-print-directory build-release
	.cache/test-env/bin/python3 tests/oracle/fuzz_keras.py --cases $(CASES) --jobs $(JOBS)

# Sluice beside its peers, in one run of about 40 minutes on a machine that does nothing else: docs/benchmarks.md.
# A quick look: make bench BENCH="--rows MNIST.CNN --turns 1 --seconds 1"
BENCH ?= --output docs/benchmarks.md
bench:
	tools/setup bench
	$(MAKE) --no-print-directory build/sluice build-release-sluice_bench
	build/sluice datasets get mnist
	bench/run $(BENCH)

# The rates of the convolution kernels by shape.
bench-kernels:
	tools/setup demo
	$(MAKE) --no-print-directory build-release-sluice_kernels
	build/release/bench/sluice_kernels

# Samplers beside those of Optuna, on tables of results, in half an hour: docs/search-benchmark.md.
SEARCH_BENCH ?= --output docs/search-benchmark.md
bench-search:
	tools/setup bench
	$(MAKE) --no-print-directory build-release-sluice_search
	bench/search $(SEARCH_BENCH)

format:
	tools/setup test
	git ls-files '*.h' '*.cc' | xargs -r clang-format-19 -i

lint:
	tools/setup test
	cmake --preset debug
	tools/lint

clean:
	rm -rf build

build-%-sluice:
	cmake --preset $*
	cmake --build build/$* -j $(JOBS) --target sluice

build-release-sluice_%:
	cmake --preset release
	cmake --build build/release -j $(JOBS) --target sluice_$*

build-%:
	cmake --preset $*
	cmake --build build/$* -j $(JOBS)
