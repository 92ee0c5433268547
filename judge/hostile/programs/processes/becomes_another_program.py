# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes breach
# run: quick
"""Replaces itself by a program that says that all is well."""

import os

os.execv("/bin/sh", ["sh", "-c", "echo accepted; exit 0"])
