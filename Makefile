# Two commands set everything up on a fresh machine with Python 3.11+: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: demo desk test test-fast lint bench bench-audit bench-desk bench-grid bench-lab bench-screening bench-tracing bench-throughput docs lock ages sbom clean

demo: $(VENV)/.run  ## the main job: every site under every regime; writes demo/comparison.html
	$(BIN)/adit compare --out demo

desk: $(VENV)/.desk  ## opens a demo office with invented people at http://127.0.0.1:8080
	$(BIN)/adit desk --demo demo/office

test: $(VENV)/.oracles browser java  ## every test, the browser's too
	$(BIN)/pytest -n 2 --dist loadfile

test-fast: $(VENV)/.dev  ## the everyday suite: no browser, no Spark, no fresh processes
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow"

lint: $(VENV)/.dev  ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev  ## measures the figures of benchmarks/README.md and rewrites its table
	$(BIN)/python -m benchmarks.run

bench-desk: $(VENV)/.dev  ## measures the register and its desk: requests, pages, an import, a long journal (some twenty minutes, eight gigabytes)
	$(BIN)/python -m benchmarks.desk_requests
	$(BIN)/python -m benchmarks.import_rows
	$(BIN)/python -m benchmarks.desk_pages
	$(BIN)/python -m benchmarks.journal_at_length

bench-audit: .venv-bench-audit/.done  ## measures blocks, meters, reconciliation and the audit of a register beside their peers (some ten minutes, three gigabytes)
	.venv-bench-audit/bin/python -m benchmarks.block_files
	.venv-bench-audit/bin/python -m benchmarks.meter_scan
	.venv-bench-audit/bin/python -m benchmarks.reconciliation
	.venv-bench-audit/bin/python -m benchmarks.audit_register

bench-grid: .venv-bench-grid/.done  ## measures hosting capacity, a year of zones beside PyPSA, and ten thousand sites (some ten minutes, three gigabytes)
	.venv-bench-grid/bin/python -m benchmarks.hosting
	.venv-bench-grid/bin/python -m benchmarks.zonal_year
	.venv-bench-grid/bin/python -m benchmarks.sites_evaluated

bench-lab: .venv-bench-lab/.done  ## measures the lab's kernel beside Mesa
	.venv-bench-lab/bin/python -m benchmarks.lab_kernel

bench-screening: .venv-bench-screening/.done  ## measures names and addresses, their quality beside nomenklatura, and the second engine
	.venv-bench-screening/bin/python -m benchmarks.screening_names

bench-tracing: $(VENV)/.dev  ## measures the forward pass beside scipy's triangular solve
	$(BIN)/python -m benchmarks.tracing_pass

bench-throughput: .venv-bench/.done  ## measures the readers over 10 million rows beside OpenFisca and hand-written SQL
	.venv-bench/bin/python -m benchmarks.throughput

docs: $(VENV)/.docs  ## builds docs/_build/html; the reference is made from the code and the law
	$(BIN)/python docs/make_reference.py
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

lock:  ## resolves the dependencies anew; needs uv
	uv pip compile --universal --generate-hashes --no-header -q pyproject.toml --group build -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header -q pyproject.toml --extra desk --group build -o requirements-desk.lock -c requirements.lock
	uv pip compile --universal --generate-hashes --no-header -q pyproject.toml --extra desk --group build --group dev -o requirements-dev.lock -c requirements-desk.lock
	uv pip compile --universal --generate-hashes --no-header -q pyproject.toml --group build --group docs -o requirements-docs.lock -c requirements-desk.lock
	uv pip compile --universal --generate-hashes --no-header -q pyproject.toml --group build --group bench -o requirements-bench.lock -c requirements.lock
	uv pip compile --universal --generate-hashes --no-header -q pyproject.toml --group build --group bench-audit -o requirements-bench-audit.lock -c requirements.lock
	uv pip compile --universal --generate-hashes --no-header -q pyproject.toml --group build --group bench-grid -o requirements-bench-grid.lock -c requirements.lock
	uv pip compile --universal --generate-hashes --no-header -q pyproject.toml --group build --group bench-lab -o requirements-bench-lab.lock -c requirements.lock
	uv pip compile --universal --generate-hashes --no-header -q pyproject.toml --group build --group bench-screening -o requirements-bench-screening.lock
	uv pip compile --universal --generate-hashes --no-header -q pyproject.toml --extra desk --group build --group dev --group oracles -o requirements-oracles.lock -c requirements-dev.lock

ages:  ## tells which locked packages are older than the days that docs/security.md promises
	$(PYTHON) -m supply.ages

sbom:  ## writes sbom.json: what an office installs, as CycloneDX
	$(PYTHON) -m supply.sbom > sbom.json

clean:
	rm -rf $(VENV) .venv-bench .venv-bench-audit .venv-bench-grid .venv-bench-lab .venv-bench-screening benchmarks/.data demo docs/_build docs/reference/generated dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: browser
browser: $(VENV)/.dev
	@command -v chromium >/dev/null || { echo "installing Chromium for the tests of the page"; apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }

.PHONY: java
java:
	@command -v java >/dev/null || { echo "installing Java for the tests of Spark"; apt-get update -qq && apt-get install -y -qq openjdk-17-jre-headless >/dev/null; }

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.desk: $(VENV)/.run requirements-desk.lock
	$(PIP) install --require-hashes -r requirements-desk.lock
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.oracles: $(VENV)/.dev requirements-oracles.lock
	@pkg-config --exists icu-i18n 2>/dev/null || { echo "installing the headers of ICU, which one library of the tests is compiled with"; apt-get update -qq && apt-get install -y -qq g++ libicu-dev pkg-config >/dev/null; }
	$(PIP) install --require-hashes -r requirements-oracles.lock
	@touch $@

$(VENV)/.docs: $(VENV)/.run requirements-docs.lock
	$(PIP) install --require-hashes -r requirements-docs.lock
	@touch $@

.venv-bench-audit/.done: requirements-bench-audit.lock pyproject.toml  # apart: one peer pins the libraries of 2015
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check -q install --require-hashes -r requirements-bench-audit.lock
	$(@D)/bin/python -m pip --disable-pip-version-check -q install --no-deps --no-build-isolation -e .
	@touch $@

.venv-bench-grid/.done: requirements-bench-grid.lock pyproject.toml
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check -q install --require-hashes -r requirements-bench-grid.lock
	$(@D)/bin/python -m pip --disable-pip-version-check -q install --no-deps --no-build-isolation -e .
	@touch $@

.venv-bench-lab/.done: requirements-bench-lab.lock pyproject.toml
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check -q install --require-hashes -r requirements-bench-lab.lock
	$(@D)/bin/python -m pip --disable-pip-version-check -q install --no-deps --no-build-isolation -e .
	@touch $@

.venv-bench-screening/.done: requirements-bench-screening.lock pyproject.toml  # apart: nomenklatura wants an older rich
	@pkg-config --exists icu-i18n 2>/dev/null || { apt-get update -qq && apt-get install -y -qq g++ libicu-dev pkg-config >/dev/null; }
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check -q install --require-hashes -r requirements-bench-screening.lock
	$(@D)/bin/python -m pip --disable-pip-version-check -q install --no-deps --no-build-isolation -e .
	@touch $@

.venv-bench/.done: requirements-bench.lock pyproject.toml  # apart: OpenFisca brings pytest and others of its own
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip --disable-pip-version-check -q install --require-hashes -r requirements-bench.lock
	.venv-bench/bin/python -m pip --disable-pip-version-check -q install --no-deps --no-build-isolation -e .
	@touch $@
