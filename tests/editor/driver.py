"""An editor without a window: a client of pytest-lsp's that drives the real server."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

import judge

COMMAND = [sys.executable, "-m", "judge", "lsp"]
PATIENCE = 120.0  # s; nothing takes as long on a machine that isn't busy
FULL = types.ClientCapabilities(
    general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf16]),
    text_document=types.TextDocumentClientCapabilities(
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
        inlay_hint=types.InlayHintClientCapabilities(),
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
            version_support=True, related_information=True, code_description_support=True
        ),
        code_action=types.CodeActionClientCapabilities(
            code_action_literal_support=types.ClientCodeActionLiteralOptions(
                code_action_kind=types.ClientCodeActionKindOptions(value_set=[types.CodeActionKind.QuickFix])
            )
        ),
    ),
    window=types.WindowClientCapabilities(
        work_done_progress=True, show_document=types.ShowDocumentClientCapabilities(support=True)
    ),
    workspace=types.WorkspaceClientCapabilities(
        inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
        execute_command=types.ExecuteCommandClientCapabilities(),
    ),
)


def environment() -> dict[str, str]:
    """That of a server which is started somewhere else: it imports the judge of these tests."""
    return {**os.environ, "PYTHONPATH": str(Path(judge.__file__).parents[1])}


class Editor:
    """Files of one root, opened and changed."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client = client
        self.root = root
        self.published: list[types.PublishDiagnosticsParams] = []
        self.refreshed = 0
        self.capabilities: types.ServerCapabilities
        self._versions: dict[str, int] = {}
        self._news = asyncio.Event()
        client.protocol.fm.features.pop(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(Editor._publish, self))
        client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)(partial(Editor._refresh, self))

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        self.published.append(params)
        self._news.set()

    def _refresh(self, _: None) -> None:
        self.refreshed += 1

    @property
    def server(self) -> psutil.Process:
        return psutil.Process(self.client._server.pid)

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def open(self, name: str, text: str, *, language: str = "python") -> str:
        """The document's URI."""
        uri = name if ":" in name else self.uri(name)
        self._versions[uri] = 1
        item = types.TextDocumentItem(uri=uri, language_id=language, version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
        return uri

    def type(self, uri: str, text: str) -> int:
        """The version of the new text."""
        self._versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=self._versions[uri]),
                content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
            )
        )
        return self._versions[uri]

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(
            types.DidSaveTextDocumentParams(text_document=types.TextDocumentIdentifier(uri=uri))
        )

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(text_document=types.TextDocumentIdentifier(uri=uri))
        )

    async def shown(self, uri: str, version: int | None = 1) -> Sequence[types.Diagnostic]:
        """The diagnostics of a version, once they are there."""
        until = time.monotonic() + PATIENCE
        while True:
            for one in reversed(self.published):
                if one.uri == uri and one.version == version:
                    return one.diagnostics
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), until - time.monotonic())

    async def next(self, uri: str) -> Sequence[types.Diagnostic]:
        """The diagnostics that come next, which are of this document."""
        count = len(self.published)
        while len(self.published) == count:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), PATIENCE)
        assert self.published[count].uri == uri
        return self.published[count].diagnostics

    async def judged(self, uri: str, text: str) -> Sequence[types.Diagnostic]:
        """Those of a new text that is saved."""
        version = self.type(uri, text)
        self.save(uri)
        return await self.shown(uri, version)

    async def hover(self, uri: str, line: int) -> str:
        """What is told of a line, counted from 1."""
        told = await self.client.text_document_hover_async(
            types.HoverParams(
                text_document=types.TextDocumentIdentifier(uri=uri), position=types.Position(line - 1, 4)
            )
        )
        return "" if told is None else told.contents.value

    async def hints(self, uri: str) -> list[tuple[int, int, str]]:
        """Line from 1, character and label of all hints."""
        found = await self.client.text_document_inlay_hint_async(
            types.InlayHintParams(
                text_document=types.TextDocumentIdentifier(uri=uri),
                range=types.Range(types.Position(0, 0), types.Position(10_000, 0)),
            )
        )
        return [(one.position.line + 1, one.position.character, str(one.label)) for one in found or ()]

    async def answers(self) -> None:
        """The server has taken in all that was sent before."""
        await self.hover(self.uri("nobody.py"), 1)


@asynccontextmanager
async def an_editor(
    root: Path,
    *,
    options: dict[str, Any] | None = None,
    capabilities: types.ClientCapabilities = FULL,
    arguments: Sequence[str] = (),
) -> AsyncIterator[Editor]:
    """An editor that has a folder open; closed in the end, with its server."""
    client = await ClientServerConfig(server_command=[*COMMAND, *arguments], server_env=environment()).start()
    editor = Editor(client, root)
    answer = await client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities,
            workspace_folders=[types.WorkspaceFolder(uri=root.as_uri(), name=root.name)],
            initialization_options=options,
        )
    )
    editor.capabilities = answer.capabilities
    try:
        yield editor
    finally:
        if client._server is not None and client._server.returncode is None:
            await client.shutdown_session()
        await client.stop()
