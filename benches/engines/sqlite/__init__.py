"""SQLite, the naive choice."""
