"""A submission's text by lines."""

import re
from functools import lru_cache

SHOWN_CHARACTERS = 500  # of one line; what the width cuts off anyway isn't worth measuring


@lru_cache(maxsize=1)  # one submission after the other, each with several findings
def source_lines(source: str) -> tuple[str, ...]:
    r"""The beginnings of a Python file's lines, as Python numbers them: "\n", "\r\n" and "\r" end one."""
    lines = re.split(r"\r\n|\r|\n", source.removeprefix("\ufeff"))
    return tuple(line[:SHOWN_CHARACTERS] for line in lines)
