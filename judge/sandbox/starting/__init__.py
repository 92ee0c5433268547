"""Starting worker processes: forked, spawned, behind which walls, kept ready."""
