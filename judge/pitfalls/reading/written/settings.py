"""What keys ask of tables: for a precision, or for what a setting is."""

import ast

from judge.pitfalls.reading.source import HOW

KINDS = ("half", "16", "32", "low", "mixed", "full", "amp")  # what asks for a dtype by its kind


def asks(key: ast.expr) -> bool:
    """Whether a key says how to compute: "mixed" does, the name of a device doesn't."""
    value = key.value if isinstance(key, ast.Constant) else None
    return isinstance(value, int) or (isinstance(value, str) and any(word in value.lower() for word in HOW))


def setting(table: ast.Dict, key: ast.expr) -> ast.expr | None:
    """The text that a setting has in a table, as `{"precision": "half"}`; of a table of kinds, none."""
    name = str(getattr(key, "value", ""))
    if any(word in name.lower() for word in KINDS):
        return None
    entries = zip(table.keys, table.values, strict=True)
    found = [value for one, value in entries if isinstance(one, ast.Constant) and one.value == name]
    value = getattr(found[0], "value", None) if len(found) == 1 else None
    return found[0] if isinstance(value, str) else None
