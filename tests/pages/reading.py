"""Pages as a browser's parser reads them, and what holds of every one."""

import re
from collections.abc import Iterator
from typing import Any

import htpy
from html5lib import HTMLParser
from reporters.readers import html

TAGS = {
    "a", "article", "b", "body", "circle", "code", "dd", "defs", "details", "div", "dl", "dt", "figure",
    "footer", "g", "h1", "h2", "h3", "head", "header", "html", "li", "line", "main", "meta", "ol", "p",
    "path", "pre", "rect", "section", "span", "strong", "style", "summary", "svg", "symbol", "table", "tbody",
    "td", "text", "th", "thead", "time", "title", "tr", "u", "ul", "use", "marker",
}  # fmt: skip
ATTRIBUTES = {
    "aria-hidden", "aria-label", "charset", "class", "content", "cx", "cy", "d", "datetime", "dx", "dy",
    "fill", "height", "href", "http-equiv", "id", "lang", "name", "preserveAspectRatio", "r", "role", "scope",
    "stroke-width", "tabindex", "text-anchor", "title", "vector-effect", "viewBox", "width", "x", "x1", "x2",
    "y", "y1", "y2", "aria-labelledby",
}  # fmt: skip
FREE = {"content", "title", "aria-label"}  # attributes that may hold any text
_PLAIN = re.compile(r"[\w .,:;%#()+=/*'-]*")


def fragment(node: htpy.Node) -> Any:
    """An element that holds what `node` becomes."""
    (root,) = HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(str(htpy.div[node]))
    return root


def words(element: Any) -> str:
    return "".join(element.itertext())


def broken_links(root: Any) -> list[str]:
    """Links that lead nowhere in the page."""
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    links = [element.get("href") for element in root.iter() if element.get("href")]
    return [link for link in links if link[:1] != "#" or link[1:] not in ids]


def oddities(root: Any) -> Iterator[tuple[str, str, str]]:
    """Elements and attributes that no page of ours has, and attributes with a text that isn't ours."""
    for element in root.iter():
        if element.tag.rpartition("}")[2] not in TAGS:
            yield element.tag, "", ""
        for name, value in element.attrib.items():
            is_ours = name in ATTRIBUTES and (name in FREE or _PLAIN.fullmatch(value))
            if not is_ours:
                yield element.tag, name, value


__all__ = ["broken_links", "fragment", "html", "oddities", "words"]
