# On a fresh machine Python 3.11 to 3.13, git and make are enough; everything else is put into .venv.

PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin

.PHONY: demo test matrix lint bench schema privacy checks format loader clean

demo: .venv/.installed
	$(BIN)/quizbot serve

test: .venv/.developing .venv/.browser
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

matrix: .venv/.developing .venv/.browser
	$(BIN)/python -m pytest -m matrix

lint: .venv/.developing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/codespell

bench: .venv/.measuring
	$(BIN)/python -m benchmarks

schema: .venv/.installed
	$(BIN)/quizbot schema > quizzes/quiz.schema.json
	$(BIN)/quizbot schema --overlay > quizzes/overlay.schema.json

privacy: .venv/.installed
	$(BIN)/python -m quizbot.store.inventory docs/privacy.md

checks: .venv/.installed
	$(BIN)/quizbot check --rules > docs/checks.md

format: .venv/.installed
	$(BIN)/quizbot schema --reference > docs/format.md

loader: .venv/.installed
	cp static/embed.js static/loaders/$$($(BIN)/python -c 'from quizbot.web.pages import loader_version as v; print(v())').js

clean:
	rm -rf .venv build dist

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 found; name one: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv

# The stamps make the second run quick: installed again only when the project's needs have changed.
.venv/.installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.developing: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,postgres]'
	@touch $@ .venv/.installed

.venv/.measuring: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,postgres,bench]'
	@touch $@ .venv/.developing .venv/.installed

.venv/.browser: .ci/browser .venv/.developing
	.ci/browser
	@touch $@
