"""One run: what is to be judged, each submission's way, results as they come."""
