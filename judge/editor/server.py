"""The language server: what the protocol asks, answered by the desk."""

import logging
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException, PyglsError
from pygls.lsp.server import LanguageServer

from judge import __version__
from judge.editor.client import Client
from judge.editor.desk import Desk
from judge.editor.diagnostics import SOURCE
from judge.editor.hints import hints
from judge.editor.hover import hover
from judge.editor.options import read
from judge.editor.pitfall_pages import PitfallPages

OPEN_PAGE = "judge.openPage"


class JudgeServer(LanguageServer):
    """A server on stdin and stdout.

    Args:
        root: the folder that holds `problems/`, where it was named.
        pages: where pages of pitfalls are written.
    """

    def __init__(self, root: Path | None, pages: Path) -> None:
        # Whole texts are as quick over a pipe, and can't come apart: pygls counts lines in another way.
        super().__init__("judge", __version__, types.TextDocumentSyncKind.Full)
        logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it logs whole tracebacks for a bad message
        self.desk = Desk(Client(self), root, PitfallPages(pages))
        _documents(self)
        _questions(self)
        _pages(self)

    def report_server_error(self, error: Exception, source: type[PyglsError | JsonRpcException]) -> None:
        """A message that makes no sense, or a fault of ours: into the editor's log, and nothing ends."""
        if self.protocol.writer is not None and not isinstance(error, OSError):
            told = f"{source.__name__}: {type(error).__name__}: {error}".partition("\n")[0]
            self.desk.client.log(f"a message could not be answered: {told}")

    @property
    def ended_in_order(self) -> bool:
        """Whether the editor had asked for the end."""
        return bool(self.protocol._shutdown)  # noqa: SLF001 -- pygls has no other way to ask


def _documents(server: JudgeServer) -> None:
    """Documents come, change and go."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        _set(server, params.initialization_options, ours=True)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configure(params: types.DidChangeConfigurationParams) -> None:
        _set(server, params.settings, ours=False)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        server.desk.opened(document.uri, document.version, document.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.desk.changed(uri, params.text_document.version, server.workspace.get_text_document(uri).source)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.desk.saved(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.desk.closed(params.text_document.uri)


def _set(server: JudgeServer, given: object, *, ours: bool) -> None:
    server.desk.options, faults = read(given, server.desk.options, ours=ours)
    for fault in faults:
        server.desk.client.log(f"a setting of judge has no effect: {fault}")


def _questions(server: JudgeServer) -> None:
    """What is known of a place."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(params: types.HoverParams) -> types.Hover | None:
        document = server.desk.documents.get(params.text_document.uri)
        if document is None or document.read is None:
            return None
        lines = server.desk.lines(document.text)
        wanted = params.position.line + 1
        line = next((was for was, now in document.kept(lines).items() if now == wanted), None)
        if line is None:
            return None
        markdown, seen = server.desk.client.wants_markdown, document.read
        told = hover(seen.result, line, seen.sizes, pages=seen.pages, markdown=markdown)
        kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
        return (
            types.Hover(contents=types.MarkupContent(kind=kind, value=told), range=lines.range(wanted))
            if told
            else None
        )

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def hinted(params: types.InlayHintParams) -> list[types.InlayHint]:
        document = server.desk.documents.get(params.text_document.uri)
        if document is None or document.read is None:
            return []
        lines, seen = server.desk.lines(document.text), document.read
        first, last = params.range.start.line + 1, params.range.end.line + 1
        kept = document.kept(lines)
        return list(hints(seen.result, lines, kept, seen.sizes, first=first, last=last))


def _pages(server: JudgeServer) -> None:
    """The page of a finding; nothing is ever corrected, which would give the answer away."""
    known = server.desk.pages.known

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return list(_actions(params.context, known))

    @server.command(OPEN_PAGE)
    async def open_page(pitfall: str) -> None:
        uri = server.desk.pages.uri(pitfall)
        if uri is None:
            server.desk.client.show(f"there is no page of {pitfall}: `judge explain` lists them all")
        else:
            await server.desk.client.open_page(uri)


def _actions(context: types.CodeActionContext, known: frozenset[str]) -> Iterator[types.CodeAction]:
    if context.only is not None and not any("quickfix".startswith(str(kind)) for kind in context.only):
        return
    found: dict[str, list[types.Diagnostic]] = {}
    for diagnostic in context.diagnostics:
        if diagnostic.source == SOURCE and diagnostic.code in known:
            found.setdefault(str(diagnostic.code), []).append(diagnostic)
    for pitfall, those in found.items():
        title = f"Open the page of {pitfall}"
        yield types.CodeAction(
            title=title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=those,
            command=types.Command(title=title, command=OPEN_PAGE, arguments=[pitfall]),
        )
