"""Where a part of a page stands: what its ids begin with, and how deep its headings are."""

from dataclasses import dataclass

import htpy
from htpy import Node, Renderable

from judge.cells import Cells, line_name

_HEADINGS = (htpy.h1, htpy.h2, htpy.h3, htpy.h4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A document of its own, or one of many in a document.

    Attributes:
        prefix: what all ids of this part begin with, so that several fit into one document.
        level: of the headings of its sections, 1 to 4.
        lines: how many lines of source it shows, to which links can lead.
        cells: of a notebook, in which lines are counted.
        is_guest: in somebody else's page, whose tools may drop blanks where HTML gives them no meaning.
    """

    prefix: str = ""
    level: int = 2
    lines: int = 0
    cells: Cells = ()
    is_guest: bool = False

    def id(self, name: str) -> str:
        """The id that `name` has in the whole document."""
        return f"{self.prefix}{name}"

    def line(self, number: int) -> str:
        """The id of a line of the source."""
        return self.id(f"L{number}")

    def heading(self, *content: Node) -> Renderable:
        """Of a section."""
        return _HEADINGS[self.level - 1][content]

    def has(self, number: int | None) -> bool:
        """Whether there is such a line."""
        return number is not None and 0 < number <= self.lines

    def line_link(self, number: int) -> Node:
        """As "line 17", which leads there if there is such a line."""
        told = line_name(number, self.cells)
        return htpy.a(href=f"#{self.line(number)}")[told] if self.has(number) else told

    def code(self, content: Node) -> Renderable:
        """A line of code, in which blanks count."""
        return htpy.pre[htpy.code[content]] if self.is_guest else htpy.code[content]
