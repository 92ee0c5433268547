"""The commands of those who write exercises."""
