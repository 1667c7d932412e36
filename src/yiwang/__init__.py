"""Yiwang 一网: one net to ask, to be answered, to look up."""

__version__ = "0.1.0"
