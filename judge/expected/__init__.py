"""What is expected in a case, from the reference and the mistake variants, and the cache that keeps it."""
