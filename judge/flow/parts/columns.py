"""Places in a line: code objects count bytes, readers count characters."""

import re


def character_column(text: str, line: int, offset: int) -> int | None:
    """The 1-based column, in characters, of a place that a code object gives in bytes.

    Args:
        line: 1-based, as Python counts lines.
        offset: 0-based, in bytes of UTF-8.

    Returns:
        None outside of the line.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    if not 0 < line <= len(lines):
        return None
    encoded = lines[line - 1].encode("utf-8", "surrogatepass")
    if offset > len(encoded):
        return None
    return len(encoded[:offset].decode("utf-8", "ignore")) + 1
