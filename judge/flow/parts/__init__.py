"""Parts of a batch: what each value is made of, and by which numbers."""
