"""The database engine of a small office: SQLite, with a turn for those who write."""
