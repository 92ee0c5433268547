"""The document around a page: what may run in it, and how it is written."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

import htpy
import pytest
from reporters.readers import html
from reporters.reports import WORST

from judge.pages.document import PIECE, document, pieces, policy
from judge.pages.style import STYLE


def page(**fields):
    return document("a <title>", header="top", main=htpy.p["middle"], footer="bottom", **fields)


def text(**fields) -> str:
    return "".join(pieces(page(**fields)))


def test_a_whole_document():
    read = html(text(styles=("a{color:red}",), scripts=("run()",)))
    assert [(child.tag, child.get("name") or child.get("charset")) for child in read.find("head")] == [
        ("meta", "utf-8"), ("meta", "viewport"), ("meta", None),
        ("title", None), ("style", None), ("style", None),
    ]  # fmt: skip
    assert [(child.tag, "".join(child.itertext())) for child in read.find("body")] == [
        ("header", "top"), ("main", "middle"), ("footer", "bottom"), ("script", "run()"),
    ]  # fmt: skip
    assert read.get("lang") == "en"
    assert read.find("head/title").text == "a <title>"


def test_its_policy_allows_its_own_blocks_and_nothing_else():
    read = html(text(styles=("a{color:red}",), scripts=("run()",)))
    told = read.findall("head/meta")[2].get("content")
    blocks = [block.text for block in (*read.iter("style"), *read.iter("script"))]
    hashes = [f"'sha256-{b64encode(sha256(block.encode()).digest()).decode()}'" for block in blocks]
    assert told == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src {hashes[0]} {hashes[1]}; script-src {hashes[2]}"
    )


def test_a_page_without_scripts_allows_none():
    assert "script-src" not in policy((STYLE,), ())


@pytest.mark.parametrize("block", ["a</style>", "</script><script>", "<!-- x"])
def test_a_block_that_would_end_itself_is_refused(block: str):
    with pytest.raises(ValueError, match="write it in another way"):
        text(styles=(block,))


def test_a_page_is_written_while_it_is_built():
    built: list[int] = []

    def many() -> Iterator[htpy.Renderable]:
        for number in range(1000):
            built.append(number)
            yield htpy.p["x" * 1000]

    written = pieces(document("t", header="", main=many(), footer=""))
    assert PIECE <= len(next(written)) < 2 * PIECE
    assert len(built) < 100
    assert all(len(piece) < 2 * PIECE for piece in written)


def test_a_title_stays_text():
    read = html("".join(pieces(document(f"</title>{WORST}", header="", main="", footer=""))))
    assert re.match(r"</title>\\x1b\[31m", read.find("head/title").text)
