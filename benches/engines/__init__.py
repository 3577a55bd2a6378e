"""What is timed beside merit: one folder an engine, one program a task, each run in a process of its own."""
