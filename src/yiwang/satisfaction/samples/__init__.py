"""The check sample 抽查: announced, drawn, called, counted; and drawn again by whoever doubts it (ADR 0026)."""
