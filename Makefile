# Every job of this project is a verb. `make` alone lists them.

PYTHON ?= python3
export PYTHON

IN_VENV := .venv/bin
DEVELOP := DEVELOPMENT=1 $(IN_VENV)/python manage.py
COMPILE := $(IN_VENV)/uv pip compile --quiet --universal --generate-hashes \
	--no-emit-index-url --python-version 3.11 --custom-compile-command "make lock"
TYPED := cases refundwizard tests scripts benchmarks

.DEFAULT_GOAL := help
.PHONY: help run staff demo test check soak lock clean bench screenshots install install-dev

help:  ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: install  ## start the site on http://127.0.0.1:8000 in development mode
	@DEVELOPMENT=1 exec $(IN_VENV)/python manage.py serve

staff: install  ## make an account for the desk; the first may do everything
	@$(DEVELOP) migrate --verbosity 0
	@$(DEVELOP) staff

demo: install  ## fill an empty development database with invented cases
	@$(DEVELOP) migrate --verbosity 0
	@$(DEVELOP) demo

test: install-dev  ## run every test, the browser's too
	@$(IN_VENV)/python -m pytest tests/browser -n 3
	@$(IN_VENV)/python -m pytest tests --ignore=tests/browser -n auto --maxprocesses 4

soak: install-dev  ## run the tests that take long
	@HYPOTHESIS_PROFILE=soak $(IN_VENV)/python -m pytest tests -m soak -n auto

check: install-dev  ## lint, types, templates, rooms, settings, migrations
	$(IN_VENV)/ruff check .
	$(IN_VENV)/ruff format --check .
	$(IN_VENV)/mypy $(TYPED)
	$(IN_VENV)/djlint templates --lint --quiet
	$(IN_VENV)/djlint templates --check --quiet
	$(IN_VENV)/lint-imports
	$(DEVELOP) check
	@echo "manage.py check --deploy, as in production"
	@env -u DEVELOPMENT $$($(IN_VENV)/python scripts/generate_secrets.py) \
		SITE_URL=https://refunds.example ADMIN_PATH=for-the-check/ \
		OPERATOR_NAME=Example OPERATOR_CONTACT=privacy@refunds.example \
		$(IN_VENV)/python manage.py check --deploy --fail-level WARNING
	DATABASE_URL=sqlite://:memory: $(DEVELOP) makemigrations --check --dry-run

lock: install-dev  ## resolve requirements*.in anew
	$(COMPILE) --upgrade requirements.in --output-file requirements.txt
	$(COMPILE) --upgrade requirements-dev.in --output-file requirements-dev.txt

bench: install-dev  ## measure, and print the ratios
	@for benchmark in benchmarks/[a-z]*.py; do \
		echo "$$benchmark"; PYTHONPATH=. $(IN_VENV)/python "$$benchmark" || exit 1; \
	done

screenshots: install-dev  ## take the pictures of the README anew
	@PYTHONPATH=. $(IN_VENV)/python scripts/screenshots.py

clean:  ## remove what can be made again; the database and the secrets stay
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf .coverage htmlcov test-results var/static var/static.stamp
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install:
	@sh scripts/system-packages.sh run
	@sh scripts/install.sh requirements.txt
	@$(IN_VENV)/python scripts/generate_secrets.py var/development.env

install-dev:
	@sh scripts/system-packages.sh test
	@sh scripts/install.sh requirements-dev.txt
	@$(IN_VENV)/python scripts/generate_secrets.py var/development.env
