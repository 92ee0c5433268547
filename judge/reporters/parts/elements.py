"""Pages as trees that are then serialized, so that no text can become markup."""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

_POLICY = {
    "http-equiv": "Content-Security-Policy",
    "content": "default-src 'none'; style-src 'unsafe-inline'",
}


def element(tag: str, *content: ET.Element | str, class_: str = "", **attributes: str) -> ET.Element:
    """An element with texts and elements in it, in their order."""
    made = ET.Element(tag, attributes)
    if class_:
        made.set("class", class_)
    for part in content:
        if isinstance(part, ET.Element):
            made.append(part)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + part
        else:
            made.text = (made.text or "") + part
    return made


def table(columns: Iterable[str], rows: Iterable[ET.Element]) -> ET.Element:
    """A table with a head."""
    head = element("tr", *(element("th", column) for column in columns))
    return element("table", element("thead", head), element("tbody", *rows))


def cells(*content: ET.Element | str) -> ET.Element:
    """One row."""
    return element("tr", *(element("td", cell) for cell in content))


def head(title: str, style: str) -> ET.Element:
    """The head of a page that loads nothing from anywhere and runs nothing."""
    return element(
        "head",
        ET.Element("meta", charset="utf-8"),
        ET.Element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        ET.Element("meta", _POLICY),
        element("title", title),
        element("style", style),
    )


def serialized(tree: ET.Element) -> str:
    """The text of an element, in HTML."""
    return ET.tostring(tree, encoding="unicode", method="html")
