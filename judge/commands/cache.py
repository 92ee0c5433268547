"""`judge cache`: what can be computed again."""

import shutil
from pathlib import Path

from judge.errors import HarnessError
from judge.expected.cache_files import files_in


def clear(folder: Path) -> int:
    """Remove the cache; how many bytes of files were in it. A cache that isn't there is clear already.

    Raises:
        HarnessError: something in it can't be removed.
    """
    if not folder.exists():
        return 0
    size = sum(status.st_size for _, status in files_in(folder))
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise HarnessError(
            f"{error.filename or folder} can't be removed: {error.strerror or error}"
        ) from None
    return size
