"""Outside of the wall: start workers, talk to them, hold them to their limits.

A tier is a `Launcher`: it gives a `Process` with a channel, two output pipes and a way to end the whole
tree. Everything else (questions, limits, capture, what a death means) is the same for every tier.
"""
