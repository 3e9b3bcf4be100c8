# Everything a person does with this project; `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
APPS := riskengine monitoring rules scoring lending audit
RUN := .venv/.installed-run
DEV := .venv/.installed-dev
STACK := $(BIN)/python -m riskengine.stack
PIP := $(BIN)/python -m pip install -qq --root-user-action=ignore --disable-pip-version-check --require-hashes

.PHONY: help run test check bench bench-quality soak lock editor screenshots messages format clean check-lint check-format check-types check-imports \
	check-migrations check-deploy check-security

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

run: $(RUN) ## Install, start everything, load the demo once; PORT=8001 for another port
	@exec $(STACK) run

test: $(DEV) ## Run the whole suite on servers of its own; ARGS="tests/api -k broker" for a part
	@$(STACK) exec -- $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: export SECRET_KEY = $(shell head -c 48 /dev/urandom | base64 | tr -d '\n')
check: export FIELD_ENCRYPTION_KEY = $(shell head -c 32 /dev/urandom | base64)
check: export BLIND_INDEX_KEY = $(shell head -c 32 /dev/urandom | base64)
check: export DATABASE_URL = postgres://nobody@127.0.0.1:1/none
check: export CELERY_BROKER_URL = redis://127.0.0.1:1/0
check: export IS_HTTPS = true
check: export TRUSTED_PROXY_COUNT = 1
check: export ALLOWED_HOSTS = credit.example.com
check: $(DEV) ## Lint, types, import directions, migrations, deployment settings, security; all of them, then fail
	@$(MAKE) --no-print-directory --keep-going check-lint check-format check-types check-imports \
		check-migrations check-deploy check-security

check-lint: ## Of check: lint (ruff)
	$(BIN)/ruff check .
check-format: ## Of check: format (ruff)
	$(BIN)/ruff format --check .
check-types: ## Of check: types (mypy)
	$(BIN)/mypy $(APPS) manage.py
check-imports: ## Of check: directions of imports (import-linter)
	$(BIN)/lint-imports --no-logo
check-migrations: ## Of check: no migration is missing
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
check-deploy: ## Of check: settings of a deployment
	$(BIN)/python manage.py check --deploy --fail-level WARNING
check-security: ## Of check: security (bandit)
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml --severity-level medium $(APPS)

bench: $(DEV) ## Measure against references in the same run; writes var/bench.json; ARGS="rule_eval_scalar" for some
	@$(BIN)/python -m benchmarks --check $(ARGS)
	@$(STACK) exec --durable -- $(BIN)/python -m benchmarks $(ARGS)

bench-quality: $(DEV) ## Measure every promised figure of quality; writes var/quality.json; ARGS="--only reasons_card" for some
	@$(STACK) exec -- $(BIN)/python -m benchmarks quality $(ARGS)

soak: $(DEV) ## Run the long trust tests at full size; writes var/soak.json
	@RISKENGINE_SOAK=1 $(STACK) exec --durable -- $(BIN)/python -m pytest -m soak $(ARGS)

format: $(DEV) ## Format the Python sources
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

messages: $(DEV) ## Collect the texts to translate and compile the Chinese ones (needs gettext)
	@$(STACK) exec -- $(BIN)/python manage.py makemessages --locale zh_Hans --no-location --no-obsolete --no-wrap --ignore .venv --ignore var \
		--ignore tests --ignore benchmarks --ignore web
	msgfmt --check-format --output-file locale/zh_Hans/LC_MESSAGES/django.mo locale/zh_Hans/LC_MESSAGES/django.po

lock: $(DEV) ## Lock requirements*.in with hashes into requirements*.txt
	@test -x var/lock/bin/uv || { $(PYTHON) -m venv var/lock && var/lock/bin/pip install --quiet uv; }
	for name in requirements requirements-dev; do var/lock/bin/uv pip compile --quiet --universal \
		--python-version 3.11 --generate-hashes --no-header --no-emit-index-url $$name.in -o $$name.txt || exit 1; done

editor: ## Build the rule editor from web/ into static/ (needs Node and npm; users need neither)
	@cd web && npm ci --no-audit --no-fund --silent && npm run --silent build

screenshots: $(DEV) ## Make the guide's pictures by walking its steps in a browser (needs chromium)
	@RISKENGINE_SCREENSHOTS=1 $(STACK) exec -- $(BIN)/python -m pytest -q tests/guide

clean: ## Delete the database, keys and everything else under var/, and the environment
	@for place in var/postgres.place var/test-*/postgres.place; do test -f $$place && rm -rf "$$(cat $$place)"; done; true
	rm -rf var .venv

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (python3, with venv and headers)."; exit 1; }
	@command -v cc >/dev/null || command -v gcc >/dev/null || { echo "A C compiler is needed: durable-rules \
	is built from its source (on Debian: apt-get install gcc python3-dev)."; exit 1; }
	@$(PYTHON) -c "import pathlib, sys, sysconfig; \
	sys.exit(not pathlib.Path(sysconfig.get_paths()['include'], 'Python.h').exists())" || \
	{ echo "Python's headers are needed (on Debian: apt-get install python3-dev)."; exit 1; }
	$(PYTHON) -m venv .venv

$(RUN): requirements.txt | .venv/bin/python
	@echo "Installing what the product runs on; the first time takes a minute or two ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	@echo "Installing what tests and checks need ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@
