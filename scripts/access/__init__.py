"""Who may do what, read off the running rules: docs/access.md is made from this, and tests hold it against a table of their own."""
