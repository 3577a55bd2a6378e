"""chDB, that is ClickHouse in the process, with merit's own SQL files."""
