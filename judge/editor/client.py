"""What the server tells the editor, where the editor can be told so."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from lsprotocol.types import (
    Diagnostic,
    LogMessageParams,
    MarkupKind,
    MessageType,
    PublishDiagnosticsParams,
    ShowDocumentParams,
    ShowMessageParams,
    WorkDoneProgressBegin,
    WorkDoneProgressEnd,
    WorkDoneProgressReport,
)
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from judge.reporters.parts.escape import escape, shortened

ANSWER_SECONDS = 5.0  # in which an editor says whether it shows progress
MOST_CHARACTERS = 2000


class Client:
    """One editor."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._told: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: dict[Path, str] = {}  # root → token of the progress that is shown

    @property
    def position_encoding(self) -> str | None:
        """What one step of a position's `character` is."""
        return self._server.workspace.position_encoding

    def folders(self) -> tuple[Path, ...]:
        """Those that the editor has open."""
        workspace = self._server.workspace
        uris = [folder.uri for folder in workspace.folders.values()]
        uris += [] if workspace.root_uri is None else [workspace.root_uri]
        paths = (to_fs_path(uri) for uri in dict.fromkeys(uris))
        return tuple(Path(path) for path in paths if path)

    def publish(self, uri: str, version: int | None, found: Sequence[Diagnostic]) -> None:
        """All that is to be shown of a document."""
        self._server.text_document_publish_diagnostics(
            PublishDiagnosticsParams(uri=uri, version=version, diagnostics=list(found))
        )

    def log(self, message: str) -> None:
        """Into the editor's log, for who looks there."""
        self._server.window_log_message(LogMessageParams(type=MessageType.Info, message=_safe(message)))

    def show(self, message: str) -> None:
        """A light message, that is seen."""
        self._server.window_show_message(ShowMessageParams(type=MessageType.Info, message=_safe(message)))

    def complain(self, message: str) -> None:
        """An error that keeps documents from being judged: once."""
        if message not in self._told:
            self._told.add(message)
            self._server.window_show_message(
                ShowMessageParams(type=MessageType.Error, message=f"judge: {_safe(message)}")
            )

    def refresh_hints(self) -> None:
        """Have the editor ask for the hints anew."""
        workspace = self._server.client_capabilities.workspace
        support = None if workspace is None else workspace.inlay_hint
        if support is not None and support.refresh_support:
            self._server.workspace_inlay_hint_refresh(None)

    @property
    def wants_markdown(self) -> bool:
        """Whether what is hovered over is told in Markdown."""
        document = self._server.client_capabilities.text_document
        formats = None if document is None or document.hover is None else document.hover.content_format
        return next(iter(formats or ()), None) == MarkupKind.Markdown

    async def open_page(self, uri: str) -> None:
        """Show a page in the browser, or say where it is."""
        window = self._server.client_capabilities.window
        support = None if window is None else window.show_document
        if support is not None and support.support:
            with suppress(Exception):  # an editor that can't after all
                shown = await self._server.window_show_document_async(
                    ShowDocumentParams(uri=uri, external=True)
                )
                if shown.success:
                    return
        self.show(f"the page is at {uri}")

    @asynccontextmanager
    async def progress(self, root: Path) -> AsyncIterator[None]:
        """Meanwhile the editor shows that something takes long."""
        self._loop = asyncio.get_running_loop()
        window = self._server.client_capabilities.window
        if window is None or not window.work_done_progress or root in self._running:
            yield
            return
        token = self._running[root] = str(uuid.uuid4())
        begun = asyncio.ensure_future(self._begin_progress(token))  # nothing waits for the editor's answer
        try:
            yield
        finally:
            del self._running[root]
            with suppress(Exception):
                if await begun:
                    self._server.work_done_progress.end(token, WorkDoneProgressEnd(message="ready"))

    async def _begin_progress(self, token: str) -> bool:
        shown = self._server.work_done_progress
        await asyncio.wait_for(shown.create_async(token), ANSWER_SECONDS)
        shown.begin(token, WorkDoneProgressBegin(title="judge", message="starting", cancellable=False))
        return True

    def heard(self, root: Path, message: str) -> None:
        """The judge of a root said what takes long; called in its thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has just ended
                self._loop.call_soon_threadsafe(self._report, root, message)

    def _report(self, root: Path, message: str) -> None:
        self.log(message)
        token = self._running.get(root)
        if token is not None and token in self._server.work_done_progress.tokens:
            self._server.work_done_progress.report(token, WorkDoneProgressReport(message=_safe(message)))


def _safe(message: str) -> str:
    return shortened(escape(message, keep="\n"), MOST_CHARACTERS)
