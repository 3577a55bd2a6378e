# merit's commands. `make help` lists them.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help analyze test proof lint bench bench-choose bench-models deny sample dist clean python notebooks

CARGO ?= cargo
PYTHON ?= python3
TARGET := $(or $(CARGO_TARGET_DIR),target)
MERIT := $(TARGET)/debug/merit
# merit's own code a little optimised, where runs are long; its tests build without, so that an edit is quick to try.
OPTIMISED := --config profile.dev.package.merit.opt-level=1
# One build for all tests and proofs where there is no second run to be quick for: MERIT_ONE_BUILD=1, as CI sets it.
TESTED := $(if $(MERIT_ONE_BUILD),$(OPTIMISED))
DEMO := target/demo
# Every dependency with its features, a line each.
feature_list = $(CARGO) tree --edges normal,build --prefix none --format '{p} {f}' $(1) | sed 's/ (\*)//'

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  make analyze LOGS='FILES' ADAPTER=NAME DATA=DIR AS_OF=YYYY-MM-DD    any of them may be left out"

$(MERIT): FORCE
	@$(CARGO) build $(if $(wildcard $(MERIT)),--quiet) $(OPTIMISED) --bin merit
FORCE:

# Nothing given and nothing in ./data to read: the demo on the committed sample, as of the day after its last.
ifneq ($(LOGS)$(DATA)$(ADAPTER)$(AS_OF)$(wildcard data/calls data/inbox),)
analyze: $(MERIT) ## the night: logs in, table and report out; without logs a demo on data/sample
	@$(MERIT) $(if $(DATA),--data '$(DATA)') analyze $(if $(AS_OF),--as-of $(AS_OF)) \
	  $(if $(LOGS),--logs $(LOGS)) $(if $(ADAPTER),--adapter $(ADAPTER))
else
analyze: $(MERIT)
	@echo "No LOGS, no DATA and nothing in ./data: this is the demo on data/sample as of 2026-08-30, in $(DEMO)."
	@if [ -d $(DEMO)/calls ]; then logs=; else logs="--logs data/sample/calls.parquet data/sample/outcomes.parquet"; fi; \
	  $(MERIT) --data $(DEMO) analyze --as-of 2026-08-30 $$logs
endif

python: .venv/bin/.ready ## the tests' Python packages, in .venv
PYTHON_REQUIREMENTS := tests/python/requirements.txt clients/python/tests/requirements.txt notebooks/requirements.txt
.venv/bin/.ready: $(PYTHON_REQUIREMENTS)
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check $(PYTHON_REQUIREMENTS:%=--requirement %)
	@touch $@

# LiteLLM holds the vendors' clients at older versions, so these have an environment of their own.
.venv/suite/.ready: suite/backends/tests/requirements.txt .venv/bin/.ready
	@$(PYTHON) -m venv .venv/suite
	@.venv/suite/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

test: python .venv/suite/.ready ## all tests, with a few seeds
	@$(CARGO) test --quiet $(TESTED) --features serve
	@$(CARGO) test --quiet --package merit-router --features schema,tokio
	@$(CARGO) test --quiet --package merit-second-opinion
	@$(CARGO) test --quiet --package merit-grade --package merit-backends --package merit-bench
	@cd clients/python && ../../.venv/bin/python -m pytest --quiet
	@MERIT_BINARY=$(abspath $(MERIT)) .venv/bin/python -m pytest --quiet -p no:cacheprovider tests/python
	@.venv/suite/bin/python -m pytest --quiet -p no:cacheprovider suite/backends/tests

proof: python ## the full statistical bars and crash tests
	@$(CARGO) test --quiet $(OPTIMISED) --features serve -- --ignored --nocapture proof_
	@$(CARGO) test --quiet --package merit-grade -- --ignored --nocapture proof_
	@cd clients/python && ../../.venv/bin/python -m pytest --quiet -m proof

lint: python ## formatting, clippy, documentation, the router's dependencies, the Python client's types
	@$(CARGO) fmt --all --check
	@$(CARGO) clippy --quiet --all-targets -- --deny warnings
	@$(CARGO) clippy --quiet --all-targets --features serve -- --deny warnings
	@$(CARGO) clippy --quiet --package merit-router --all-targets --features schema,tokio -- --deny warnings
	@$(CARGO) clippy --quiet --package merit-second-opinion --all-targets -- --deny warnings
	@$(CARGO) clippy --quiet --package merit-grade --package merit-backends --package merit-bench --all-targets -- --deny warnings
	@RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --quiet --no-deps --features serve
	@if ! diff <($(call feature_list) | grep -v '^merit ' | sort -u) \
	  <($(call feature_list,--features serve) | grep -v '^merit ' | sort -u); then \
	  echo "the feature serve must change no feature of what it shares, or DataFusion is built twice" >&2; exit 1; fi
	@if $(CARGO) tree --package merit-router --edges normal --prefix none | grep -qE '^(datafusion|tokio|arrow) '; then \
	  echo "merit-router must not depend on an engine or a runtime" >&2; exit 1; fi

	@cd clients/python && ../../.venv/bin/python -m mypy && ../../.venv/bin/python -m ruff check --quiet . \
	  && ../../.venv/bin/python -m ruff format --quiet --check .

notebooks: python $(if $(MERIT_DATA),,$(DEMO)/tables/routing-table.json) ## the notebooks executed on the demo or MERIT_DATA, in target/notebooks
	@MERIT_BINARY=$(or $(MERIT_BINARY),$(wildcard $(abspath $(MERIT)))) .venv/bin/python notebooks/execute.py target/notebooks
$(DEMO)/tables/routing-table.json:
	@$(MAKE) --no-print-directory $(MERIT)
	@$(MERIT) --data $(DEMO) analyze --as-of 2026-08-30 --logs data/sample/calls.parquet data/sample/outcomes.parquet

bench-models: $(MERIT) ## the benchmark suite with every backend that merit.toml names; MAX_SPEND=USD caps it
	@$(MERIT) $(if $(DATA),--data '$(DATA)') bench run $(if $(MAX_SPEND),--max-spend $(MAX_SPEND))

bench: .venv/side-by-side/.ready ## speed: the hot functions, then merit beside DuckDB, Polars, chDB and SQLite; CALLS, DAYS, ROUNDS
	@$(CARGO) bench --quiet --package merit-router
	@$(CARGO) bench --quiet --profile release --bench hot
	@$(CARGO) build --quiet --release --bin merit --example decode-limit
	@.venv/side-by-side/bin/python benches/side_by_side.py --merit $(abspath $(TARGET)/release/merit) \
	  --decode-limit $(abspath $(TARGET)/release/examples/decode-limit) --calls $(CALLS) --days $(DAYS) --rounds $(ROUNDS)
CALLS ?= 20000000
DAYS ?= 365
ROUNDS ?= 5
.venv/side-by-side/.ready: benches/requirements.txt
	@mkdir -p .venv && $(PYTHON) -m venv .venv/side-by-side
	@.venv/side-by-side/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

bench-choose: .venv/bench/.ready ## choosing side by side with MABWiser and LiteLLM
	@.venv/bench/bin/python clients/benches/choosing.py
.venv/bench/.ready: clients/benches/requirements.txt
	@$(PYTHON) -m venv .venv/bench
	@.venv/bench/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

deny: ## licences, advisories and sources of all dependencies; needs cargo-deny and its advisory database
	@$(CARGO) deny --log-level error check

sample: $(MERIT) ## make data/sample again
	@rm -f data/sample/calls.parquet data/sample/outcomes.parquet
	@$(MERIT) simulate --sample --output data/sample

dist: ## the fully optimised binary, target/dist/merit
	@$(CARGO) build --profile dist --bin merit

clean: ## remove what was built, and the demo
	@$(CARGO) clean
	@rm -rf .venv $(DEMO) target/notebooks
