# Everything is installed into .venv in this folder; `make clean` removes it again.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
JOBS ?= 2
SHARED ?= ../shared
WHEELHOUSE ?= wheelhouse
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: demo test browser bench faults lint model wheelhouse clean help what-test-does

demo: .venv/base ## install qianli, index the example pages, ask a question (half a minute, 370 MB)
	$(BIN)/qianli index seeds
	$(BIN)/qianli search "电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的" -k 3
	@echo
	@echo 'Now ask your own:  $(BIN)/qianli search "…"   (or: . $(BIN)/activate, then: qianli search "…")'

test: what-test-does .venv/test lint ## install what the tests need, PyTorch among it, then check style and types and run all tests (ten minutes, 2.3 GB)
	@echo 'Running all tests; a dot is a test, and the slowest are listed at the end.'
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --durations=10

what-test-does:
	@echo 'make test installs PyTorch and what else the tests need into .venv, the first time: 2.3 GB on disk, two minutes.'
	@echo 'Then it checks style and types and runs all tests: about eight minutes on two cores.'
	@echo 'If pip fetches a CUDA build of several GB, stop it and set PIP_EXTRA_INDEX_URL to the CPU index that the install page of PyTorch names.'

browser: ## install what the browser tests need: chromium, a Chinese font, axe-core (Debian and Ubuntu; 540 MB; make test leaves these tests out otherwise)
	@.ci/browser

lint: .venv/test ## check style and types alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check -q .
	$(BIN)/mypy

bench: .venv/test ## print tables of quality and speed; needs the judged questions in SHARED, ../shared unless given
	$(BIN)/python -m tests.benchmarks.quality --shared $(SHARED)
	$(BIN)/python -m tests.benchmarks.speed --shared $(SHARED)
	$(BIN)/python -m tests.benchmarks.pages --shared $(SHARED)
	$(BIN)/python -m tests.benchmarks.places
	$(BIN)/python -m tests.benchmarks.updates --shared $(SHARED)
	$(BIN)/python -m tests.benchmarks.drift --shared $(SHARED)
	$(BIN)/python -m tests.benchmarks.server

faults: .venv/test ## kill, damage and misuse an index hundreds of times and print what came of it (Linux, macOS)
	$(BIN)/python -m tests.benchmarks.faults
	$(BIN)/python -m tests.benchmarks.server_faults

model: .venv/train ## make all shipped models anew from the corpora in SHARED (an hour and a half); run again to continue
	$(BIN)/python -m index.training --shared $(SHARED) --corpora $(SHARED)/corpora

wheelhouse: .venv/base ## a folder that installs qianli where no network is (PLATFORM=windows-x86_64 for another kind of machine)
	$(PIP) uv
	$(BIN)/python .ci/wheelhouse.py $(WHEELHOUSE) $(if $(PLATFORM),--platform $(PLATFORM)) $(if $(EXTRAS),--extras $(EXTRAS))

clean: ## remove .venv and what was built or indexed here
	rm -rf .venv .qianli build node_modules *.egg-info

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/base: pyproject.toml
	@echo 'Installing qianli into .venv: about 100 MB to download, 370 MB on disk …'
	$(PYTHON) -m venv .venv
	$(PIP) -e .
	@touch $@

.venv/test: .venv/base tests/constraints.txt
	@echo 'Installing PyTorch and what else the tests need into .venv …'
	$(PIP) -c tests/constraints.txt -e '.[test]'
	@touch $@

.venv/train: .venv/base tests/constraints.txt
	@echo 'Installing PyTorch and what else training needs into .venv; a few minutes …'
	$(PIP) -c tests/constraints.txt -e '.[train]'
	@touch $@
