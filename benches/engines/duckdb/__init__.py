"""DuckDB with merit's own SQL files."""
