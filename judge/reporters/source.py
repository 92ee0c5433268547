"""A submission's text by lines."""

import re

SHOWN_CHARACTERS = 500  # of one line; what the width cuts off anyway isn't worth measuring


def source_lines(source: str) -> list[str]:
    r"""The beginnings of a Python file's lines, as Python numbers them: "\n", "\r\n" and "\r" end one."""
    lines = re.split(r"\r\n|\r|\n", source.removeprefix("\ufeff"))
    return [line[:SHOWN_CHARACTERS] for line in lines]
