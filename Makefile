# Palermo: a thin front for Meson, so that two words are enough: `make demo`, `make check`.
#
#   make                the program, at build/palermo
#   make check          every static check and test; the last line is "N passed, N failed"
#   make demo           a whole run between authorities on this machine; LISTS=dir for own lists
#   make tour           three authorities, from a case to a closed request, in three minutes
#   make tally          four bodies count victims, linking nobody; how often the estimate is right
#   make console        the tour's authorities with their consoles, to work in; until Ctrl-C
#   make console-test   the console's tour in Chromium, with a picture of every page
#   make deps           installs what is missing from Debian's packages
#   make deb            Debian packages, in build-deb/; TEST=1 also tries them in a clean root
#   make fuzz           every fuzz target for SECONDS seconds (60)
#   make format         clang-format over all sources
#   make tidy           clang-tidy alone
#   make clean          removes every build directory

.DEFAULT_GOAL := all
.PHONY: all check demo tour tally console console-test deps deb fuzz format tidy clean

LISTS ?=
TEST ?=
SECONDS ?= 60
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

all:
	@tools/build build
	@ninja -C build -j $(JOBS) src/cli/palermo src/cli/palermo-worker
	@ln -sfn src/cli/palermo build/palermo

check:
	@tools/install-deps check
	@JOBS=$(JOBS) tools/check

demo:
	@tools/install-deps build
	@$(MAKE) --no-print-directory all
	@tools/demo.sh build/palermo build/demo $(if $(LISTS),"$$(realpath '$(LISTS)')")

tour:
	@tools/install-deps build
	@$(MAKE) --no-print-directory all
	@tools/tour.sh build/palermo build/tour

tally:
	@tools/install-deps build
	@$(MAKE) --no-print-directory all
	@ninja -C build -j $(JOBS) bench/tally_coverage
	@tools/tally.sh build/palermo build/bench/tally_coverage build/tally

console:
	@tools/install-deps console
	@tools/build build console
	@$(MAKE) --no-print-directory all
	@tools/console.sh build/palermo build/console

console-test:
	@tools/install-deps browser
	@tools/build build console
	@$(MAKE) --no-print-directory all
	@tools/test-console build/palermo build/console-test

deps:
	@tools/install-deps check

deb:
	@tools/install-deps package
	@tools/deb $(if $(TEST),--test)

fuzz:
	@tools/install-deps check
	@JOBS=$(JOBS) tools/fuzz '$(SECONDS)'

format:
	@tools/check-format --write

tidy:
	@tools/install-deps check
	@tools/build build-san
	@JOBS=$(JOBS) tools/check-tidy

clean:
	rm -rf build build-san build-fuzz build-check build-deb
