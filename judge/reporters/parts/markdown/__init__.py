"""Parts of the Markdown report alone."""
