"""Call-backs 回访: the list, taking a call, what came of it, and when to dial again (ADR 0026)."""
