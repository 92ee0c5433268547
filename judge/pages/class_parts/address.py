"""What the address of a class's page says after `#`: which rows of the table of submissions are shown.

`#p=uncast-inputs&v=pitfall&g=3&q=ada&sort=-score`: pitfall, verdict, group, search, and by which column.
Where no script runs, a link to one of them leads to the table.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

import htpy
from htpy import Node, Renderable

from judge.pages.words import name
from judge.reporters.parts.escape import shortened

PITFALL, VERDICT, GROUP = "p", "v", "g"
NAME = 60  # characters that are shown of a name that others gave

Links = Mapping[str, str | None]  # submission: address of its page, None where it has none


def link(key: str, value: object) -> str:
    """The address of what is shown for this value, already escaped."""
    return f"#{key}={quote(str(value), safe='')}"


def anchors(key: str, values: Iterable[object]) -> list[Renderable]:
    """Where those links lead."""
    return [htpy.span(id=link(key, value).removeprefix("#")) for value in values]


def named(submission: str, links: Links) -> Node:
    """The name of a submission's file, which leads to its page where it has one."""
    href, told = links[submission], shortened(name(submission), NAME)
    return told if href is None else htpy.a(href=href)[told]
