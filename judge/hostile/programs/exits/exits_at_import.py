# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: quick
"""Status 0 before there is anything to judge: no result is no success."""

import os

print("all cases pass")
os._exit(0)
