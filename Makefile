# One command each for what one does here. `make run` and `make test` set everything up themselves.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
INDEX := var/index

.PHONY: run test install check index eval clean

run: $(INDEX)/CURRENT          ## start the chat on http://127.0.0.1:7860
	$(BIN)/python app.py --index $(INDEX)

# CLUSTER=1: with what Milvus and Ray need, and the tests of cluster/.
TESTED := $(if $(CLUSTER),$(VENV)/cluster,$(VENV)/test)
test: $(TESTED)                ## run the tests; with CLUSTER=1 those of cluster/, too
	$(BIN)/python -m pytest -rs

install: $(VENV)/run           ## make .venv with the pinned requirements

check: $(VENV)/test            ## lint, type-check, and look for known vulnerabilities where that can be asked
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m lab.audit

index: $(VENV)/run             ## index seeds/ anew
	$(BIN)/python -m index build seeds --index $(INDEX)

GOLD ?= ../shared/gold/dev.jsonl
eval: $(INDEX)/CURRENT         ## measure against gold questions: make eval GOLD=FILE.jsonl
	$(BIN)/python -m qa evaluate $(GOLD) --index $(INDEX)

clean:                         ## remove what was made: .venv and the index
	rm -rf $(VENV) $(INDEX)

$(INDEX)/CURRENT: | $(VENV)/run
	$(BIN)/python -m index build seeds --index $(INDEX)

$(VENV)/run: requirements.txt
	$(if $(shell command -v $(PYTHON)),,$(error Python 3.11 is needed: install it, or say which one with make PYTHON=...))
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/cluster: $(VENV)/test requirements-cluster.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-cluster.txt -r tests/requirements-cluster.txt
	@touch $@

$(VENV)/test: $(VENV)/run tests/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@
