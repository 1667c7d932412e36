"""Satisfaction 满意度回访: rates with their certainty, call-backs, second looks. It measures agencies and never persons."""
