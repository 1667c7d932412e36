"""The benchmark: filing by HTTP against a peer and a floor, and pages at 100 k and 1 M petitions (docs/bench.md)."""
