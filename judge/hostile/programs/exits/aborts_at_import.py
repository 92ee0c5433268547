# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes files
# run: more
"""abort() with core dumps asked for."""

import os
import resource

try:
    resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, 1 << 20))
except (OSError, ValueError):
    pass
os.abort()
