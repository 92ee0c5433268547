"""The terminal: styles, pager, progress, interrupts."""
