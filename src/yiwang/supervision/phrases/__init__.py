"""Answers that say nothing 空话: rules that anybody can read (`rules.toml`) and a reader that shows the places they hit."""
