# Plain make, as on macOS. Everything lies in .venv/ and $YIWANG_VAR (var/).
.PHONY: help setup setup-dev demo test lint bench bench-large messages screenshots

help:
	@echo 'make demo         a working office with an invented city; PORT=8001 chooses the port'
	@echo 'make setup        the environment alone: .venv/bin/yiwang then runs'
	@echo 'make test         the whole suite'
	@echo 'make lint         style, types, import contract, templates, translations'
	@echo 'make messages     collect and compile the translations'
	@echo 'make bench        the figures, with 100 000 petitions (15 minutes); bench-large: a million'
	@echo 'make screenshots  the pictures of the README, from a real browser'

setup:
	@sh scripts/setup

setup-dev:
	@sh scripts/setup dev

demo: setup
	@exec .venv/bin/yiwang demo

test: setup-dev
	@bash scripts/test

lint: setup-dev
	@bash scripts/lint

messages: setup-dev
	@bash scripts/collect-messages
	@.venv/bin/yiwang messages

bench: setup-dev
	@.venv/bin/python -m bench

bench-large: setup-dev
	@.venv/bin/python -m bench --large

screenshots: setup-dev
	@.venv/bin/python scripts/screenshots
