"""Talking to workers: requests, answers, what they print."""
