"""Bringing in what another system holds: files of petitions, each row through the same actions as any other."""
