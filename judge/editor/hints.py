"""Dtype and shape behind what is assigned."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lsprotocol.types import InlayHint, InlayHintKind

from judge.editor.lines import Lines
from judge.editor.values import Sizes, told_sizes, value
from judge.report import SubmissionResult

MOST_LEAVES = 2  # in the line; all of them are in the tooltip
MOST_CALLS = 2


def hints(
    result: SubmissionResult, lines: Lines, kept: Mapping[int, int], sizes: Sizes, *, first: int, last: int
) -> Iterator[InlayHint]:
    """The hints of some lines.

    Args:
        result: that of the text in which the program was read last.
        lines: of the text as it is now. kept: lines that are in it as they were → where they are.
        first, last: of the lines that are asked for, from 1.
    """
    for item in (result.flow.listing or {}).get("assigned", ()):
        line = kept.get(item["line"])
        if line is not None and first <= line <= last and not item["annotated"]:
            yield InlayHint(
                position=lines.position(line, item["end_column"]),
                label=f": {_short(item['values'], sizes)}",
                kind=InlayHintKind.Type,
                tooltip=_long(item, sizes),
            )


def _short(calls: Sequence[Sequence[Mapping[str, Any]]], sizes: Sizes) -> str:
    told = [
        _leaves(leaves[:MOST_LEAVES], sizes) + ", ..." * (len(leaves) > MOST_LEAVES)
        for leaves in calls[:MOST_CALLS]
    ]
    return " | ".join(dict.fromkeys(told)) + " | ..." * (len(calls) > MOST_CALLS)


def _long(item: Mapping[str, Any], sizes: Sizes) -> str:
    calls = " or, in another call, ".join(_leaves(leaves, sizes) for leaves in item["values"])
    return " ".join(filter(None, [f"{item['name']}: {calls}.", told_sizes(sizes, calls)]))


def _leaves(leaves: Sequence[Mapping[str, Any]], sizes: Sizes) -> str:
    return ", ".join(value(leaf["dtype"], leaf["shape"], sizes) for leaf in leaves)
