"""What becomes of a dynamic loss scale and its count: what outputs tell of it, and which lines decide it."""
