# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: quick
"""sys.exit(0) while the file is imported."""

import sys

sys.exit(0)
