"""Odd files: what a submission's bytes can be, and what may stand in a folder in the place of one."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = os.geteuid() == 0
RIGHT = """\
import numpy as np


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
"""
LIMIT = 1 << 20  # bytes that a submission may have
Maker = Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """One odd file.

    Attributes:
        name: what it is called; bytes where it is no text. content: its bytes, or what makes it.
        verdicts: those it may get where it is named itself; none where there is nothing to judge.
        code: the exit code then; that of the verdict where it is None.
        in_folder: whether it is judged as part of its folder, too.
    """

    name: str | bytes
    content: bytes | Maker
    verdicts: tuple[str, ...] = ("invalid",)
    code: int | None = None
    in_folder: bool = True

    def make(self, folder: Path) -> Path:
        """Put it there."""
        path = folder / os.fsdecode(self.name)
        if isinstance(self.content, bytes):
            path.write_bytes(self.content)
        else:
            self.content(path)
        return path


def after(first: str) -> bytes:
    """The correct submission below something else."""
    return f"{first}\n{RIGHT}".encode()


def padded(size: int) -> bytes:
    """The correct submission and a comment, of so many bytes in all."""
    return RIGHT.encode() + b"#" * (size - len(RIGHT))


def sparse(path: Path) -> None:
    """A gigabyte that takes no room."""
    with path.open("wb") as file:
        file.truncate(1 << 30)


def link_out(path: Path) -> None:
    """A link to a correct file elsewhere."""
    target = path.parent.parent / "elsewhere.py.txt"
    target.write_text(RIGHT)
    path.symlink_to(target)


def link_in(path: Path) -> None:
    """A link to a correct file beside it."""
    target = path.with_name("_target.py")
    target.write_text(RIGHT)
    path.symlink_to(target.name)


def closed(path: Path) -> None:
    """A correct file without any permission."""
    path.write_text(RIGHT)
    path.chmod(0)


def executable(path: Path) -> None:
    """A correct file that can be run."""
    path.write_text(f"#!/usr/bin/env python3\n{RIGHT}")
    path.chmod(0o755)


def unix_socket(path: Path) -> None:
    """A socket that nobody listens on."""
    here = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{here}/{path.name}")  # a socket's own path may have 108 bytes only
    os.close(here)


ACCEPTED = ("accepted",)
CRASHED = ("invalid", "runtime_error", "memory_limit", "time_limit")
DEEP = 100_000

CONTENTS = (
    # Bytes that are no text.
    Odd(name="empty.py", content=b""),
    Odd(name="nul_inside.py", content=RIGHT.encode().replace(b"return", b"\0return")),
    Odd(name="nul_at_the_end.py", content=RIGHT.encode() + b"\0"),
    Odd(name="nothing_but_nul.py", content=bytes(5000)),
    Odd(name="latin1.py", content="# ü\n".encode("latin-1") + RIGHT.encode()),
    Odd(name="latin1_that_says_so.py", content="# coding: latin-1\n# ü\n".encode("latin-1") + RIGHT.encode()),
    Odd(name="utf16.py", content=RIGHT.encode("utf-16")),
    Odd(name="utf32.py", content=RIGHT.encode("utf-32")),
    Odd(name="overlong.py", content=RIGHT.encode() + b"# \xc0\x80\n"),
    Odd(name="surrogate.py", content=RIGHT.encode() + b"# \xed\xa0\x80\n"),
    Odd(name="cut_character.py", content=RIGHT.encode() + b"# \xe6\x97"),
    Odd(name="compiled.py", content=b"\xa7\r\r\n" + bytes(12) + b"\xe3" + bytes(40)),
    Odd(name="executable_format.py", content=b"\x7fELF\x02\x01\x01" + bytes(200)),
    Odd(name="archive.py", content=b"PK\x03\x04" + bytes(200)),
    # Sizes.
    Odd(name="largest.py", content=padded(LIMIT), verdicts=ACCEPTED),
    Odd(name="one_byte_too_large.py", content=padded(LIMIT + 1)),
    Odd(name="a_gigabyte.py", content=sparse),
    Odd(name="one_long_line.py", content=after("x = '" + "a" * 500_000 + "'"), verdicts=ACCEPTED),
    Odd(name="many_lines.py", content=after("\n" * 500_000), verdicts=ACCEPTED),
    Odd(name="long_docstring.py", content=after('"""' + "long\n" * 100_000 + '"""'), verdicts=ACCEPTED),
    Odd(name="many_functions.py", content=after("def f(): pass\n" * 2_000), verdicts=ACCEPTED),
    # Encodings, line ends and invisible characters of files that are right.
    Odd(name="byte_order_mark.py", content=b"\xef\xbb\xbf" + RIGHT.encode(), verdicts=ACCEPTED),
    Odd(name="two_byte_order_marks.py", content=b"\xef\xbb\xbf" * 2 + RIGHT.encode()),
    Odd(name="only_a_byte_order_mark.py", content=b"\xef\xbb\xbf"),
    Odd(name="carriage_returns.py", content=RIGHT.replace("\n", "\r\n").encode(), verdicts=ACCEPTED),
    Odd(
        name="old_line_ends.py", content=RIGHT.replace("\n", "\r").encode(), verdicts=("accepted", "invalid")
    ),
    Odd(name="form_feeds.py", content=RIGHT.replace("\n\n", "\n\f\n").encode(), verdicts=ACCEPTED),
    Odd(name="tabs.py", content=RIGHT.replace("    ", "\t").encode(), verdicts=ACCEPTED),
    Odd(name="tabs_and_spaces.py", content=RIGHT.encode() + b"\tpass\n        pass\n"),
    Odd(name="no_last_line_end.py", content=RIGHT.rstrip().encode(), verdicts=ACCEPTED),
    Odd(name="cookie_of_another_encoding.py", content=after("# coding: latin-1\n# ü")),
    Odd(name="cookie_of_no_encoding.py", content=after("# -*- coding: no-such-thing -*-")),
    Odd(name="cookie_that_hides_code.py", content=after("# coding: utf-7\n# +AAo-raise SystemExit")),
    Odd(name="cookie_of_utf_8.py", content=after("# vim: set fileencoding=UTF-8 :\n# ü"), verdicts=ACCEPTED),
    Odd(
        name="no_break_spaces.py",
        content=RIGHT.replace("    return", "\u00a0\u00a0\u00a0\u00a0return").encode(),
    ),
    Odd(name="zero_width_space.py", content=RIGHT.replace("return", "return\u200b").encode()),
    Odd(name="right_to_left.py", content=after("# \u202e\u2066 nruter \u2069"), verdicts=ACCEPTED),
    Odd(
        name="compatible_letters.py",
        content=RIGHT.replace("def step", "def \u017ftep").encode(),
        verdicts=ACCEPTED,
    ),
    Odd(
        name="line_separators.py",
        content=after("# one\u2028raise SystemExit\u2029\x85\x0b\x1c"),
        verdicts=ACCEPTED,
    ),
    # Programs that no parser likes.
    Odd(name="not_closed.py", content=RIGHT.encode() + b'"""'),
    Odd(name="ends_in_a_backslash.py", content=RIGHT.encode() + b"\\"),
    Odd(name="deep_parentheses.py", content=after("x = " + "(" * DEEP + ")" * DEEP)),
    Odd(
        name="deep_lists.py", content=after("x = " + "[" * 150 + "]" * 150), verdicts=("accepted", "invalid")
    ),
    Odd(name="deep_minus.py", content=after("x = " + "-" * DEEP + "1"), verdicts=CRASHED),
    Odd(name="long_sum.py", content=after("x = 1" + " + 1" * DEEP), verdicts=("accepted", *CRASHED)),
    Odd(
        name="long_attribute.py",
        content=after("def f(x):\n    x" + ".a" * DEEP),
        verdicts=("accepted", *CRASHED),
    ),
    Odd(name="deep_lambdas.py", content=after("x = " + "lambda: " * 20_000 + "1"), verdicts=CRASHED),
    Odd(
        name="deep_blocks.py",
        content=after("".join(" " * i + "if 1:\n" for i in range(150)) + " " * 150 + "pass"),
    ),
    Odd(
        name="many_else_ifs.py",
        content=after("if 0:\n  pass\n" + "elif 0:\n  pass\n" * 20_000),
        verdicts=("accepted", *CRASHED),
    ),
    Odd(name="deep_format.py", content=after("x = " + "f'{" * 100 + "1" + "}'" * 100)),
    Odd(name="huge_number.py", content=after("x = " + "9" * 100_000)),
    Odd(name="huge_hexadecimal.py", content=after("x = 0x" + "f" * 500_000), verdicts=ACCEPTED),
    Odd(name="python_2.py", content=after("print 'hello'")),
    Odd(name="web_page.py", content=b"<!DOCTYPE html>\n<html><body>404</body></html>\n"),
    Odd(
        name="notebook.py",
        content=b'{"cells": [], "metadata": null, "nbformat": 4}',
        verdicts=("invalid", "runtime_error"),
    ),
    Odd(name="merge_conflict.py", content=after("<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs")),
    Odd(name="future_braces.py", content=after("from __future__ import braces")),
    # Entry points of other kinds.
    Odd(name="only_a_comment.py", content=b"# nothing yet\n"),
    Odd(name="step_is_none.py", content=b"step = None\n"),
    Odd(name="step_was_deleted.py", content=RIGHT.encode() + b"\n\ndel step\n"),
    Odd(name="too_few_parameters.py", content=RIGHT.replace("(seed, x)", "(seed)").encode()),
    Odd(
        name="any_parameters.py",
        content=RIGHT.encode() + b"\n\nright = step\n\n\ndef step(*a, **k):\n    return right(*a, **k)\n",
        verdicts=ACCEPTED,
    ),
    Odd(
        name="by_keyword_only.py",
        content=RIGHT.replace("(seed, x)", "(*, x, seed)").encode(),
        verdicts=ACCEPTED,
    ),
    Odd(
        name="as_lambda.py",
        content=b"import numpy as np\nstep = lambda seed, x: np.asarray([2 * x.sum() + seed], np.float32)\n",
        verdicts=ACCEPTED,
    ),
    Odd(
        name="coroutine.py",
        content=RIGHT.replace("def step", "async def step").encode(),
        verdicts=("wrong_answer",),
    ),
    Odd(name="generator.py", content=RIGHT.replace("return", "yield").encode(), verdicts=("wrong_answer",)),
    Odd(name="warns.py", content=after("x = 1 is 1\nassert (x, 'always')\ny = '\\d'"), verdicts=ACCEPTED),
)

PLACES = (
    Odd(name="closed.py", content=closed, verdicts=ACCEPTED if ROOT else ("invalid",)),
    Odd(name="executable.py", content=executable, verdicts=ACCEPTED),
    Odd(name="link_in.py", content=link_in, verdicts=ACCEPTED),
    Odd(name="link_out.py", content=link_out, verdicts=ACCEPTED, in_folder=False),
    Odd(
        name="link_to_nothing.py",
        content=lambda path: path.symlink_to("nowhere"),
        verdicts=(),
        code=2,
        in_folder=False,
    ),
    Odd(
        name="link_to_itself.py",
        content=lambda path: path.symlink_to(path.name),
        verdicts=(),
        code=2,
        in_folder=False,
    ),
    Odd(
        name="link_to_its_folder.py",
        content=lambda path: path.symlink_to("."),
        verdicts=(),
        code=5,
        in_folder=False,
    ),
    Odd(name="folder.py", content=lambda path: path.mkdir(), verdicts=(), code=5, in_folder=False),
    Odd(name="socket.py", content=unix_socket, verdicts=(), code=2, in_folder=False),
    Odd(name="null_device.py", content=lambda path: path.symlink_to("/dev/null"), in_folder=False),
    Odd(name="endless_device.py", content=lambda path: path.symlink_to("/dev/zero"), in_folder=False),
    Odd(name="-rf.py", content=RIGHT.encode(), verdicts=ACCEPTED),
    Odd(name="with spaces & $(id) `id`.py", content=RIGHT.encode(), verdicts=ACCEPTED),
    Odd(name="with\nline end.py", content=RIGHT.encode(), verdicts=ACCEPTED),
    Odd(name="\x1b[31mred\x07.py", content=RIGHT.encode(), verdicts=ACCEPTED),
    Odd(name="\u202eyp.exe.py", content=RIGHT.encode(), verdicts=ACCEPTED),
    Odd(name="日本語.py", content=RIGHT.encode(), verdicts=ACCEPTED),
    Odd(name=b"\xff\xfe.py", content=RIGHT.encode(), verdicts=ACCEPTED),
    Odd(name="l" * 252 + ".py", content=RIGHT.encode(), verdicts=ACCEPTED),
    Odd(name="<b>|x|,=1+1;::error::.py", content=RIGHT.encode(), verdicts=ACCEPTED),
    Odd(name="LOUD.PY", content=RIGHT.encode(), verdicts=ACCEPTED, in_folder=False),
    Odd(name="no_ending", content=RIGHT.encode(), verdicts=ACCEPTED, in_folder=False),
    Odd(name=".hidden.py", content=RIGHT.encode(), verdicts=ACCEPTED, in_folder=False),
    Odd(name="_private.py", content=RIGHT.encode(), verdicts=ACCEPTED, in_folder=False),
)
