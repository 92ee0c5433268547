"""The walls around a worker, from inside."""
