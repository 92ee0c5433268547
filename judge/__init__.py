"""A judge for machine-learning exercises about numerics."""

__version__ = "0.1.0"
