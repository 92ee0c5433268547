"""Parts that several report formats share."""
