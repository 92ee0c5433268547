"""The real server, driven by a client: what it tells of documents, and when."""

import asyncio
import time
from pathlib import Path

import pytest
from lsprotocol import types
from toys import RIGHT

from editor.driver import Editor

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("editor")]
WRONG = RIGHT.replace("2 *", "3 *")
ERROR = types.DiagnosticSeverity.Error
WARNING = types.DiagnosticSeverity.Warning
INFORMATION = types.DiagnosticSeverity.Information
RUNS_FOR_EVER = RIGHT.replace("    return", "    while True:\n        pass\n    return")
LOADS_FOR_EVER = f"while True:\n    pass\n{RIGHT}"


def only(found: object) -> types.Diagnostic:
    (one,) = found
    return one


async def test_a_wrong_answer_is_told_where_the_function_begins(editor: Editor):
    uri = editor.open("submissions/toy/wrong.py", WRONG)
    one = only(await editor.shown(uri))
    assert (one.severity, one.code, one.source) == (ERROR, "wrong_answer", "judge")
    assert "plain" in one.message
    assert one.range == types.Range(types.Position(3, 0), types.Position(3, len("def step(seed, x):")))


async def test_an_accepted_file_has_no_errors_and_is_told_once(editor: Editor):
    uri = editor.open("submissions/toy/right.py", WRONG)
    await editor.shown(uri)
    found = await editor.judged(uri, RIGHT)
    assert found == ()
    await editor.judged(uri, f"{RIGHT}\n")
    told = [one.message for one in editor.client.messages if "right.py" in one.message]
    assert told == ["submissions/toy/right.py: accepted, score 1.00, 4 of 4 cases pass"]
    assert (editor.root / "state/judge/problems/toy.json").is_file(), "as `judge run` keeps it"


async def test_a_syntax_error_is_told_at_its_line(editor: Editor):
    uri = editor.open("submissions/toy/syntax.py", "import numpy as np\n\nx = (1,\n")
    one = only(await editor.shown(uri))
    assert (one.code, one.severity, one.range.start.line) == ("invalid", ERROR, 2)
    assert "'(' was never closed" in one.message


async def test_an_exception_has_the_lines_of_its_traceback(editor: Editor):
    text = "def divide(a):\n    return a / 0\n\n\ndef step(seed, x):\n    return divide(seed)\n"
    uri = editor.open("submissions/toy/raises.py", text)
    one = only(await editor.shown(uri))
    assert (one.code, one.range.start) == ("runtime_error", types.Position(1, 4))
    assert "ZeroDivisionError" in one.message
    frames = [(frame.location.range.start.line, frame.message) for frame in one.related_information]
    assert frames == [(5, "called from here"), (1, "ZeroDivisionError was raised here")]
    assert {frame.location.uri for frame in one.related_information} == {uri}


async def test_while_somebody_types_the_last_text_alone_is_judged(editor: Editor):
    uri = editor.open("submissions/toy/typed.py", RIGHT)
    await editor.shown(uri)
    for number in range(5):
        version = editor.type(uri, f"{WRONG}# {number}\n")
        await asyncio.sleep(0.05)
    await editor.shown(uri, version)
    assert [one.version for one in editor.published if one.uri == uri] == [1, version]


@pytest.mark.parametrize("text", [RUNS_FOR_EVER, LOADS_FOR_EVER], ids=["runs", "loads"])
async def test_a_text_that_hangs_is_broken_off_by_the_next_and_never_told(editor: Editor, text: str):
    uri = editor.open(f"submissions/toy/hangs_{len(text)}.py", text)
    await asyncio.sleep(0.5)
    began = time.monotonic()
    found = await editor.judged(uri, RIGHT)
    assert found == ()
    assert time.monotonic() - began < 9, "less than the time limit"
    assert [one.version for one in editor.published if one.uri == uri] == [2]


async def test_a_text_that_was_typed_away_and_back_is_judged_all_the_same(editor: Editor):
    uri = editor.open("submissions/toy/back.py", RIGHT)
    await editor.shown(uri)
    editor.type(uri, WRONG)
    editor.save(uri)
    editor.type(uri, RIGHT)
    version = editor.type(uri, WRONG)
    editor.save(uri)
    assert only(await editor.shown(uri, version)).code == "wrong_answer"


async def test_the_editors_text_counts_and_not_the_file(editor: Editor):
    uri = editor.open("submissions/toy/kept.py", WRONG)
    assert only(await editor.shown(uri)).code == "wrong_answer"


async def test_files_of_nobody_are_left_alone(editor: Editor):
    before = len(editor.published)
    for name in ("other.py", "problems/toy/starter.py", "submissions/toy/notes.md", "submissions/toy/a.pyi"):
        editor.open(name, WRONG)
    uri = editor.open("submissions/toy/after_them.py", RIGHT)
    await editor.shown(uri)
    assert {one.uri for one in editor.published[before:]} == {uri}


async def test_a_marker_has_any_file_judged(editor: Editor, tmp_path: Path):
    text = f'"""Mine."""\n\n# judge: toy\n{WRONG}'
    for name in ("anywhere/mine.py", (tmp_path / "elsewhere.py").as_uri(), "untitled:Untitled-1"):
        uri = editor.open(name, text)
        assert only(await editor.shown(uri)).code == "wrong_answer"
    assert await editor.judged(uri, WRONG) == (), "its marker has gone"


async def test_a_marker_that_names_no_problem_is_told_at_its_line(editor: Editor):
    uri = editor.open("mine.py", f"\n# judge: tooy\n{RIGHT}")
    (one,) = await editor.shown(uri)
    assert (one.range.start.line, one.severity) == (1, INFORMATION)
    assert "no problem tooy" in one.message
    assert "toy" in one.message.partition("Known:")[2]
    found = await editor.judged(uri, f"\n# judge: toy\n{RIGHT}")
    assert found == ()


async def test_a_closed_document_is_no_longer_marked(editor: Editor):
    uri = editor.open("submissions/toy/closed.py", WRONG)
    await editor.shown(uri)
    editor.close(uri)
    assert await editor.shown(uri, None) == ()
    assert await editor.hover(uri, 5) == ""


async def test_a_problem_that_was_changed_is_read_anew(editor: Editor):
    uri = editor.open("submissions/toy/again.py", RIGHT)
    await editor.shown(uri)
    path = editor.root / "problems/toy/problem.yaml"
    before = path.read_text()
    path.write_text(before.replace("entry_point: step", "entry_point: other"))
    editor.save(uri)  # the same text
    one = only(await editor.next(uri))
    assert (one.code, "other" in one.message) == ("invalid", True)
    path.write_text("id: toy\n")
    editor.save(uri)
    (one,) = await editor.next(uri)
    assert (one.code, one.severity) == ("not-judged", WARNING)
    assert "problems/toy/problem.yaml" in one.message
    editor.type(uri, f"{RIGHT}\n\n")
    editor.save(uri)
    await editor.next(uri)
    complaints = [one for one in editor.client.messages if one.type == types.MessageType.Error]
    assert len(complaints) == 1, "once"
    path.write_text(before)
    found = await editor.judged(uri, f"{RIGHT}\n\n\n")
    assert found == ()


async def test_what_is_odd_about_a_text_is_told_in_words(editor: Editor):
    texts = {
        "too_large": ("#" * (1 << 20) + f"\n{RIGHT}", "invalid", "larger than 1024 KiB"),
        "other_encoding": (f"# -*- coding: latin-1 -*-\n{RIGHT}", "invalid", "latin-1"),
        "surrogate": (f"# \ud800\n{RIGHT}", "invalid", "UTF-8"),
        "empty": ("", "invalid", "step"),
        "nul": (f"{RIGHT}\0", "invalid", "null bytes"),  # other words before 3.11.4
    }
    for name, (text, code, word) in texts.items():
        uri = editor.open(f"submissions/toy/{name}.py", text)
        one = only(await editor.shown(uri))
        assert (one.code, word in one.message) == (code, True), one.message
        assert "Traceback" not in one.message


async def test_line_ends_of_all_kinds_count_alike(editor: Editor):
    for end in ("\r\n", "\r"):
        text = f"\ufeff{WRONG}\f# a form feed ends no line\n".replace("\n", end)
        uri = editor.open(f"submissions/toy/ends_{len(end)}.py", text)
        assert only(await editor.shown(uri)).range.start == types.Position(3, 0)


async def test_the_first_text_of_a_root_shows_progress(editor: Editor):
    await editor.answers()
    (reports,) = editor.client.progress_reports.values()
    assert [type(one) for one in reports[:1] + reports[-1:]] == [
        types.WorkDoneProgressBegin,
        types.WorkDoneProgressEnd,
    ]


async def test_settings_that_make_no_sense_are_told_and_left(editor: Editor):
    for settings in ({"judge": {"debounce": "soon", "whileTyping": 1, "colour": "red"}}, {"other": 1}, None):
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
    await editor.answers()
    told = [one.message for one in editor.client.log_messages if "setting" in one.message]
    assert [one.partition("no effect: ")[2][:12] for one in told] == [
        "debounce is ",
        "whileTyping ",
        "there is no ",
    ]


async def test_without_while_typing_it_waits_for_a_save(editor: Editor):
    uri = editor.open("submissions/toy/patient.py", RIGHT)
    await editor.shown(uri)
    settings = types.DidChangeConfigurationParams({"judge": {"whileTyping": False}})
    editor.client.workspace_did_change_configuration(settings)
    version = editor.type(uri, WRONG)
    await asyncio.sleep(1)
    assert editor.published[-1].version != version
    editor.save(uri)
    assert only(await editor.shown(uri, version)).code == "wrong_answer"
    settings = types.DidChangeConfigurationParams({"judge": {"whileTyping": True}})
    editor.client.workspace_did_change_configuration(settings)


async def test_messages_that_make_no_sense_end_nothing(editor: Editor):
    write = editor.client.protocol.writer.write
    for body in (b"{", b"[]", b"7", b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {}}'):
        write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    write(b"Nonsense: 1\r\n\r\n")
    body = b'{"jsonrpc": "2.0", "method": "nobody/knows", "params": [1]}'
    write(b"Content-Length: %d\r\nContent-Type: x\r\n\r\n%b" % (len(body), body))
    stranger = types.TextDocumentIdentifier(uri="file:///never/opened.py")
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(text_document=stranger))
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(text_document=stranger))
    uri = editor.open("submissions/toy/still.py", WRONG)
    assert only(await editor.shown(uri)).code == "wrong_answer"
    assert not [one for one in editor.client.messages if one.type == types.MessageType.Error][1:]
