# Everything that a person or a machine does here.  `make` alone lists it.
.PHONY: help setup setup-test run test lint format pictures booklet bench torture soak clean

PYTHON = .venv/bin/python
KIOSK = .venv/bin/kiosk

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: ## install what running needs, make .venv
	@config/setup/setup.sh run

setup-test: ## install what testing needs, too
	@config/setup/setup.sh test

run: setup ## the terminal with virtual devices and an embedded platform; without a display a scripted visit
	@$(KIOSK) demo --out build/visit

test: setup-test ## all tests, on real parts
	@$(PYTHON) -m pytest -n 4

lint: setup-test ## ruff, mypy strict, the walls between rooms
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy kiosk devices screens assets values tests
	@.venv/bin/lint-imports

format: setup-test ## put the code into shape
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

pictures: setup-test ## every page and every paper as PNG, with a contact sheet, in build/pictures
	@$(PYTHON) -m tests.pictures build/pictures

booklet: setup ## every matter rehearsed through the real screens, and one PDF of all pages, in build/booklet
	@$(KIOSK) rehearse --all --out build/booklet

bench: setup-test ## measurements, each as a ratio in one run
	@$(PYTHON) -m tests.bench

torture: setup-test ## slow: every matter on the screens, damaged input for every parser, every fault on every page, a thousand ends
	@$(KIOSK) rehearse --all --out build/booklet
	@$(PYTHON) -m pytest -n 3 -m hypothesis --hypothesis-profile=search
	@$(PYTHON) -m tests.torture
	@$(PYTHON) -m tests.torture.visits
	@$(PYTHON) -m tests.torture.console
	@$(PYTHON) -m tests.torture.clicks
	@$(PYTHON) -m tests.torture.cuts
	@$(PYTHON) -m tests.torture.power
	@$(PYTHON) -m tests.torture.platform_ends
	@$(PYTHON) -m tests.torture.ends
	@$(PYTHON) -m tests.torture.twice
	@$(PYTHON) -m tests.torture.hands
	@$(PYTHON) -m tests.torture.switches --complain
	@$(PYTHON) -m tests.torture.switches --complain --english
	@$(PYTHON) -m tests.torture.screens

soak: setup-test ## very slow: two thousand visits in one process; memory, files, threads and descriptors stay flat
	@$(PYTHON) -m tests.torture.soak

clean: ## remove what was made
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
