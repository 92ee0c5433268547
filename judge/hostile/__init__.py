"""Programs that try to cheat, to kill and to leak, and a scratch world in which it shows whether they can.

`judge doctor --attack` runs them against this machine's isolation, the tests against all that it has.
"""
