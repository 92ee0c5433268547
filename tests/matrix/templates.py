"""Right submissions as texts with slots, and what they become when slots are filled with something wrong.

A file of `styles/` is a head, a line `---` and the program. In the program

    «slot»                      is what the slot holds when it is right (RIGHT), of its usual SUBJECTS
    «slot: a; b»                the same of other subjects: {0} is `a`, {1} is `b`
    «slot: a; b | text»         the same, right in another way: `text`
    ...  #@ matmul update       tags: what happens at this line; they are cut off

and a line that is left empty by its slots is left out. Slots may be nested. HALF is a half precision dtype.
In the head

    without slot slot: reason   why mistakes that fill these slots can't be made in this style
    except id/nuance: reason    the same for one mistake
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STYLES = Path(__file__).parent / "styles"
BF16, FP32 = "jnp.bfloat16", "jnp.float32"
CAST = f"{{0}}.astype({BF16})"
RIGHT = {
    "seed": "int({0})",
    "layer": "",
    "precision": BF16,
    "master": "{0}",
    **dict.fromkeys(("x", "y", "param", "kernel", "bias"), CAST),
    **dict.fromkeys(("x.final", "y.final", "param.final", "kernel.final", "bias.final"), CAST),
    "error": "{0} - {1}",
    "error.final": "{0} - {1}",
    "scale": f"{{0}}.astype({FP32}) * {{1}}",
    "cotangent": f"jnp.asarray({{0}}, {FP32})",
    "unscale": "{0} / {1}",
    "inverse": "1.0 / {0}",
    "optimizer": "optax.sgd({0})",
    "moved": "{0} - {2} * {1}",
    "target": "{0}",
    "store": "{0}",
    "stored": "",
    "keep": "",
    "final": "{0}",
    "divide": " / {0}",
    "result": f"{{0}}.astype({FP32})",
    "shape": "{0}.reshape(1)",
}
SUBJECTS = {
    "seed": ("seed",),
    "scale": ("loss", "loss_scale"),
    "cotangent": ("loss_scale",),
    "unscale": ("g", "loss_scale"),
    "inverse": ("loss_scale",),
    "optimizer": ("lr",),
    "moved": ("p", "g", "lr"),
    "divide": ("loss_scale",),
    "result": ("loss", "loss_scale"),
}
RARE = {"cotangent", "inverse", "precision", "divide", "target"}  # each belongs to a style or two
SLOT = re.compile(r"«(?P<name>[\w.]+)(?:: ?(?P<subjects>[^«»|]*?))?(?: ?\| ?(?P<right>[^«»]*))?»")
TAGS = re.compile(r" *#@(?P<tags>[ \w.]+)$")
HEAD = re.compile(r"(?P<kind>without|except) (?P<names>[^:]+): (?P<reason>.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One right way; its slots, reasons for those it is `without`, and against (`but`) some mistakes."""

    name: str
    program: tuple[str, ...]
    slots: frozenset[str]
    without: Mapping[str, str]
    but: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A submission's text, and the lines that hold each slot or have each tag."""

    text: str
    lines: Mapping[str, frozenset[int]]


@cache
def styles() -> Mapping[str, Style]:
    """All styles by name, in alphabetical order."""
    return {path.stem: _style(path) for path in sorted(STYLES.glob("*.txt"))}


def _style(path: Path) -> Style:
    head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    reasons: dict[str, dict[str, str]] = {"without": {}, "except": {}}
    for line in head.splitlines()[1:]:
        match = HEAD.fullmatch(line)
        if match is None:
            raise ValueError(f"{path.name}: {line!r} is neither a `without` nor an `except`")
        reasons[match["kind"]] |= dict.fromkeys(match["names"].split(), match["reason"])
    return Style(
        name=path.stem,
        program=tuple(body.splitlines()),
        slots=frozenset(re.findall(r"«([\w.]+)", body)),
        without=reasons["without"],
        but=reasons["except"],
    )


def written(style: Style, slots: Mapping[str, str], half: str = BF16) -> Written:
    """The style's program with these slots filled, the others being right.

    Raises:
        IndexError: a slot's text asks for a subject that the style doesn't name.
    """
    text: list[str] = []
    lines: dict[str, set[int]] = {}
    for template in style.program:
        line, marks = _line(template, slots)
        if marks and not line.strip():
            continue
        text.append(line.replace("HALF", half))
        for mark in marks:
            lines.setdefault(mark, set()).add(len(text))
    return Written(text="\n".join(text) + "\n", lines={name: frozenset(at) for name, at in lines.items()})


def _line(template: str, slots: Mapping[str, str]) -> tuple[str, set[str]]:
    """A line with its slots filled, and the names of its slots and tags."""
    tags = TAGS.search(template)
    marks = set(tags["tags"].split()) if tags else set()
    line = TAGS.sub("", template)
    while match := SLOT.search(line):
        marks.add(match["name"])
        line = line[: match.start()] + _filled(match, slots) + line[match.end() :]
    return line, marks


def _filled(match: re.Match[str], slots: Mapping[str, str]) -> str:
    name, right = match["name"], match["right"]
    if name not in slots and right is not None:
        return right
    usual = SUBJECTS.get(name, ())
    named = tuple(part.strip() for part in (match["subjects"] or "").split(";") if part.strip())
    return slots.get(name, RIGHT[name]).format(*named, *usual[len(named) :])
