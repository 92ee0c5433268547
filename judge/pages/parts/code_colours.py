"""A line of Python in colours, with parts of it underlined."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby, pairwise

from markupsafe import Markup
from markupsafe import escape as escape_markup
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from judge.reporters.parts.escape import escape

STYLE = """\
.k{color:var(--ours)}
.s{color:var(--good)}
.c{color:var(--quiet);font-style:italic}
.n{color:var(--fp32)}
.d{color:var(--link);font-weight:600}
.b{color:var(--other)}
u{text-decoration:underline wavy 1.5px;text-underline-offset:.25em;text-decoration-skip-ink:none}
u.error{text-decoration-color:var(--bad)}
u.warning{text-decoration-color:var(--warn)}
"""
MOST = 1 << 15  # characters of a file that are coloured; what comes after stays plain
TAB = 4
# A class for a kind of token and all that are of its kind; the first that fits.
_CLASSES: Sequence[tuple[_TokenType, str]] = (
    (Keyword, "k"),
    (Operator.Word, "k"),
    (String, "s"),
    (Comment, "c"),
    (Number, "n"),
    (Name.Function, "d"),
    (Name.Class, "d"),
    (Name.Decorator, "d"),
    (Name.Builtin, "b"),
)

# Elements as texts: a page has thousands of these, and what is put in is escaped all the same.
_COLOURED = Markup('<span class="{}">{}</span>')
_UNDERLINED = Markup('<u class="{}">{}</u>')

Spans = tuple[tuple[str, int], ...]  # class and number of characters, one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Underline:
    """Characters `begin` to `end` of a line, from 0, and the severity of what is said of them."""

    begin: int
    end: int
    severity: str


def coloured(lines: Sequence[str]) -> Iterator[Spans]:
    """For each line of a program the classes of its characters; none beyond MOST characters."""
    spans: list[tuple[str, int]] = []
    for _, token, value in PythonLexer().get_tokens_unprocessed("\n".join(lines)[:MOST]):
        class_ = _class_of(token)
        first, *further = value.split("\n")
        spans.append((class_, len(first)))
        for part in further:
            yield tuple(spans)
            spans = [(class_, len(part))]
    yield tuple(spans)


@cache
def _class_of(token: _TokenType) -> str:
    return next((class_ for kind, class_ in _CLASSES if token in kind), "")  # type: ignore[comparison-overlap] # a kind holds all that are of it


def code_line(line: str, spans: Spans, underlines: Sequence[Underline] = ()) -> Markup:
    """The line as elements, its characters escaped and its tabs made spaces."""
    meant = [""] * len(line)
    for one in underlines:
        meant[one.begin : one.end] = [one.severity] * len(meant[one.begin : one.end])
    runs = groupby(_parts(line, spans, underlines), key=lambda part: meant[part[0]])
    drawn = ((severity, Markup().join(text for _, text in parts)) for severity, parts in runs)
    return Markup().join(_UNDERLINED.format(severity, text) if severity else text for severity, text in drawn)


def _parts(line: str, spans: Spans, underlines: Sequence[Underline]) -> Iterator[tuple[int, Markup]]:
    """Where a part of the line begins that is of one kind and underlined or not, and that part."""
    begins = [*accumulate((length for _, length in spans), initial=0)]
    classes = {begin: class_ for begin, (class_, length) in zip(begins, spans, strict=False) if length}
    classes.setdefault(begins[-1], "")
    cuts = {*begins, *(at for one in underlines for at in (one.begin, one.end)), len(line)}
    class_, column = "", 0
    for at, end in pairwise(sorted(cut for cut in cuts if cut <= len(line))):
        class_ = classes.get(at, class_)
        shown = _without_tabs(line[at:end], column)
        column += len(shown)
        text = escape(shown)
        yield at, _COLOURED.format(class_, text) if class_ else escape_markup(text)


def _without_tabs(text: str, column: int) -> str:
    """`text`, which begins at `column`, with spaces for its tabs."""
    return (" " * column + text).expandtabs(TAB)[column:]
