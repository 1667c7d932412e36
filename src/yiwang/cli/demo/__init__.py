"""The invented city of the demo: its content as data, and what puts it into an empty office."""
