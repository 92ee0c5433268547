"""What was found as text, JSON and a page: three views of one record."""
