"""Ten samples of the corpus in an editor: findings at their places, hints, and what lines compute in."""

from pathlib import Path

import pytest
from lsprotocol import types

from editor.driver import Editor, an_editor

ROOT = Path(__file__).parents[2]
EXAMPLES = "submissions/mixed_precision_step/examples"
PARAMETERS = "float32[D_in, D_out], float32[D_out]"
# Sample → the one finding, with the text that is marked; the hint behind a name, in some of its lines.
SAMPLES = {
    "wrong_answer/uncast_inputs": (
        ("uncast-inputs", "in_bfloat16(model)(x)"),
        {"pred": "float32[N, D_out]", "model": PARAMETERS, "loss": "float32[]"},
    ),
    "wrong_answer/low_precision_unscale": (
        ("low-precision-unscale", "g.astype(jnp.bfloat16) / loss_scale"),
        {"pred": "bfloat16[N, D_out]", "grads": PARAMETERS},
    ),
    "wrong_answer/low_precision_grads": (
        ("low-precision-grads", "jax.tree.map(lambda g: (g / loss_scale).astype(jnp.bfloat16), grads)"),
        {"grads": "bfloat16[D_in, D_out], bfloat16[D_out]"},
    ),
    "wrong_answer/float16": (
        ("wrong-half-dtype", "p.astype(jnp.float16)"),
        {"pred": "float16[N, D_out]", "loss": "float16[]"},
    ),
    "wrong_answer/full_precision": (("full-precision-forward", "model(x)"), {"model": PARAMETERS}),
    "wrong_answer/full_precision_final_loss": (
        ("full-precision-final-loss", "model(x)"),
        {"pred": "bfloat16[N, D_out]", "loss": "float32[]"},
    ),
    "wrong_answer/missing_loss_scale": (
        ("missing-loss-scale", "return mse(model, x, y).astype(jnp.float32)"),
        {"loss": "bfloat16[]"},
    ),
    "wrong_answer/returns_float": (("wrong_answer", "return float(mse(model, x, y))"), {"grads": PARAMETERS}),
    "accepted/lesson_recipe": (None, {"pred": "bfloat16[N, D_out]", "loss": "bfloat16[]"}),
    "accepted/scale_as_cotangent": (
        None,
        {"x16": "bfloat16[N, D_in]", "y16": "bfloat16[N, D_out]", "params": PARAMETERS},
    ),
}
FIRST = "wrong_answer/uncast_inputs"


def marked(text: str, place: types.Range) -> str:
    assert place.start.line == place.end.line
    return text.split("\n")[place.start.line][place.start.character : place.end.character]


async def sample(editor: Editor, name: str) -> str:
    """Open it, and compare what is shown with what is to be; its URI."""
    finding, labels = SAMPLES[name]
    text = (ROOT / EXAMPLES / f"{name}.py").read_text()
    uri = editor.open(f"{EXAMPLES}/{name}.py", text)
    found = await editor.shown(uri)
    shown = [(str(one.code), marked(text, one.range)) for one in found]
    assert shown == ([] if finding is None else [finding])
    lines = text.split("\n")
    hints = {
        (lines[line - 1][:at].replace(",", " ").split()[-1], label)
        for line, at, label in await editor.hints(uri)
    }
    assert {(name, f": {label}") for name, label in labels.items()} <= hints
    return uri


@pytest.mark.more
@pytest.mark.asyncio
async def test_a_sample_in_an_editor():
    async with an_editor(ROOT) as editor:
        uri = await sample(editor, FIRST)
        (finding,) = await editor.shown(uri)
        page = Path(finding.code_description.href.removeprefix("file://"))
        assert "<h1>uncast-inputs</h1>" in page.read_text()
        await hovered(editor, uri)
        await opened(editor, uri, finding, page)
        assert editor.refreshed == 1
        await moved(editor, uri)


async def hovered(editor: Editor, uri: str) -> None:
    told = await editor.hover(uri, 17)
    assert "**prediction**" in told
    assert "forward: float32  \nbackward: float32  \nreturned loss: float32" in told
    assert "| prediction | forward | float32&#91;N, D_out&#93; |" in told
    assert "**error\\[uncast-inputs\\]**: `pred` is float32 here because `x` was not cast" in told
    assert "[What it means](file://" in told
    assert "update: float32" in await editor.hover(uri, 29)
    assert await editor.hover(uri, 1) == ""


async def opened(editor: Editor, uri: str, finding: types.Diagnostic, page: Path) -> None:
    """The code action's command opens the page, also when somebody has emptied the cache."""
    (action,) = await editor.client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri=uri),
            range=finding.range,
            context=types.CodeActionContext(diagnostics=[finding]),
        )
    )
    assert action.title == "Open the page of uncast-inputs"
    page.unlink()
    for pitfall in ("uncast-inputs", "../../etc/passwd", 7):
        asked = types.ExecuteCommandParams(command="judge.openPage", arguments=[pitfall])
        await editor.client.workspace_execute_command_async(asked)
    (shown,) = editor.client.shown_documents
    assert (shown.uri, shown.external) == (page.as_uri(), True)
    assert page.is_file()


async def moved(editor: Editor, uri: str) -> None:
    """While lines above and below are edited, hints and hover keep to lines that are as they were."""
    text = (ROOT / EXAMPLES / f"{FIRST}.py").read_text()
    before = await editor.hints(uri)
    pred = "    pred = in_bfloat16(model)(x)"
    editor.type(uri, f"# one more line, with a fault: (\n{text}")
    assert await editor.hints(uri) == [(line + 1, at, label) for line, at, label in before]
    assert "**prediction**" in await editor.hover(uri, 18)
    editor.type(uri, text.replace(pred, f"{pred}  # changed"))
    assert [hint[0] for hint in await editor.hints(uri)] == [line for line, _, _ in before if line != 17]


@pytest.mark.more
@pytest.mark.asyncio
async def test_ten_samples_in_an_editor():
    assert len(SAMPLES) == 10
    async with an_editor(ROOT) as editor:
        for name in SAMPLES:
            await sample(editor, name)


@pytest.mark.more
@pytest.mark.asyncio
async def test_places_are_counted_as_the_editor_counts():
    text = (ROOT / EXAMPLES / f"{FIRST}.py").read_text()
    plain = "pred = in_bfloat16(model)(x)"
    text = text.replace(plain, f'"\N{GRINNING FACE}é"; {plain}')
    asked = [
        (types.PositionEncodingKind.Utf16, 4 + len('"xxé"; ')),
        (types.PositionEncodingKind.Utf8, 4 + len('"xxxxéé"; ')),
    ]
    for encoding, begin in asked:
        capabilities = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=[encoding])
        )
        async with an_editor(ROOT, capabilities=capabilities) as editor:
            assert editor.capabilities.position_encoding == encoding
            uri = editor.open(f"{EXAMPLES}/emoji.py", text)
            (one,) = await editor.shown(uri)
            at = begin + len("pred = ")
            assert one.range.start == types.Position(16, at)
            assert one.range.end == types.Position(16, at + len("in_bfloat16(model)(x)"))
            assert (17, begin + len("pred"), ": float32[N, D_out]") in await editor.hints(uri)
            assert await editor.hover(uri, 17), "in plain text"
            assert "**" not in await editor.hover(uri, 17)
