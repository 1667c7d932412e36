"""Supervision 督查督办: what the scan finds at agencies, urging, orders, advice, instructions and decisions followed to their finish."""
