"""How GitHub's runner reads a step's output: which lines are commands, and what they say.

Written from the runner's documented grammar: `::name key=value,key=value::data` after any blanks, the
older `##[name key=value;key=value]data` anywhere in a line, and nothing from `::stop-commands::TOKEN` to
`::TOKEN::`.
"""

import re
from dataclasses import dataclass, field

_NEW = re.compile(r"\s*::(?P<name>[A-Za-z-]+)(?: +(?P<properties>.*?))?::(?P<data>.*)", re.DOTALL)
_OLD = re.compile(r"##\[(?P<name>[A-Za-z-]+)(?: +(?P<properties>[^\]]*))?\](?P<data>.*)", re.DOTALL)
_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    name: str
    data: str
    properties: dict[str, str] = field(default_factory=dict)


def commands(output: str) -> list[Command]:
    """Every command that the runner would carry out, in order; lines end with CR, LF or both."""
    found: list[Command] = []
    token: str | None = None
    for line in re.split(r"\r\n|\r|\n", output):
        if token is not None:
            token = None if line.strip() == f"::{token}::" else token
            continue
        command = _read(line)
        if command is not None and command.name == "stop-commands":
            token = command.data
        elif command is not None:
            found.append(command)
    return found


def _read(line: str) -> Command | None:
    match, separator = _NEW.match(line), ","
    if match is None:
        match, separator = _OLD.search(line), ";"
    if match is None:
        return None
    pairs = [pair.partition("=") for pair in (match["properties"] or "").split(separator) if pair]
    return Command(
        name=match["name"],
        data=_decoded(match["data"], _DATA),
        properties={name.strip(): _decoded(value, _PROPERTY) for name, _, value in pairs},
    )


def _decoded(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for code, char in table:
        text = text.replace(code, char)
    return text
