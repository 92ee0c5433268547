"""What the submission printed."""

import htpy

from judge.evidence import Capture
from judge.pages.parts.place import Place
from judge.pages.parts.printed import printed
from pages.reading import fragment, words


def test_each_stream_is_folded_behind_a_gutter():
    told = str(htpy.fragment[printed(Capture(stdout="a\n<b>\n", stderr="::error::x"), Place())])
    assert told == (
        "<h2>What it printed</h2>"
        "<details><summary>stdout, 2 lines</summary><pre>| a\n| &lt;b&gt;</pre></details>"
        "<details><summary>stderr, 1 line</summary><pre>| ::error::x</pre></details>"
    )


def test_nothing_printed_is_nothing_told():
    assert printed(Capture(stdout=" \n"), Place()) is None


def test_much_that_was_printed_is_cut_and_counted():
    read = fragment(printed(Capture(stdout="x\n" * 1000), Place()))
    assert words(next(read.iter("pre"))).endswith("| x\n... and 800 more lines")


def test_what_was_not_kept_is_told():
    read = fragment(printed(Capture(stderr="y", stderr_truncated=True), Place()))
    assert words(next(read.iter("summary"))) == "stderr, 1 line, cut"
    assert words(read).endswith("Too much was printed; the rest was not kept.")


def test_a_long_line_is_cut():
    read = fragment(printed(Capture(stdout="x" * 10_000), Place()))
    assert len(words(next(read.iter("pre")))) < 500
