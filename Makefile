# make demo   a fresh machine to an answered question: own .venv, base install, an index of seeds/, one search
# make test   everything the tests need, then lint, types and all tests
# make bench  quality and speed, as tables
# make faults what happens to an index that is killed, damaged, written by two: a table (Linux, macOS)
# make lint   ruff and mypy alone
# make model  the shipped static model, made anew from the corpora beside the checkout
# make model-contextual  the shipped contextual one: more than an hour

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
SHARED ?= ../shared

.PHONY: demo test bench faults lint model model-contextual clean

demo: .venv/base
	$(BIN)/qianli index seeds
	$(BIN)/qianli search "电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的" -k 3
	@echo
	@echo 'Now ask your own:  $(BIN)/qianli search "…"   (or: . $(BIN)/activate, then: qianli search "…")'

test: .venv/test lint
	$(BIN)/python -m pytest

bench: .venv/test
	$(BIN)/python -m tests.benchmarks.quality --shared $(SHARED)
	$(BIN)/python -m tests.benchmarks.speed --shared $(SHARED)
	$(BIN)/python -m tests.benchmarks.pages --shared $(SHARED)
	$(BIN)/python -m tests.benchmarks.updates --shared $(SHARED)

faults: .venv/test
	$(BIN)/python -m tests.benchmarks.faults

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check -q .
	$(BIN)/mypy

model: .venv/train
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m index.training --shared $(SHARED) --corpora $(SHARED)/corpora

model-contextual: .venv/train
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m index.training --until words --shared $(SHARED) --corpora $(SHARED)/corpora
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m index.training.contextual --corpora $(SHARED)/corpora
	$(BIN)/python -m index.training.contextual --corpora $(SHARED)/corpora --export

clean:
	rm -rf .venv .qianli build *.egg-info

.venv/base: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

.venv/test: .venv/base tests/constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -c tests/constraints.txt -e '.[test]'
	@touch $@

.venv/train: .venv/base tests/constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -c tests/constraints.txt -e '.[train]'
	@touch $@
