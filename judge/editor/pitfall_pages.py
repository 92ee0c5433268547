"""The pages of pitfalls as files that a link can open."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock

from judge.commands.explain import names, page
from judge.expected.cache_files import write_whole
from judge.pages.document import pieces
from judge.pages.pitfall_page import pitfall_page


class PitfallPages:
    """Pages in a folder, each written when it is asked for; one that was removed is written again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._written: set[str] = set()
        self.known = frozenset(names())

    def uri(self, pitfall: str) -> str | None:
        """Where its page is; None where there is none, or it can't be written."""
        if pitfall not in self.known:
            return None
        path = self._folder / f"{pitfall}.html"
        with self._lock, suppress(OSError):
            if pitfall not in self._written or not path.is_file():
                text = "".join(pieces(pitfall_page(pitfall, page(pitfall))))
                write_whole(path, text.encode())
                self._written.add(pitfall)
            return path.as_uri()
        return None

    def uris(self, pitfalls: Iterable[str]) -> dict[str, str]:
        """Those of several, of which there is a page."""
        found = {pitfall: self.uri(pitfall) for pitfall in set(pitfalls)}
        return {pitfall: uri for pitfall, uri in found.items() if uri is not None}
