import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import RIGHT, Toy, problem

from judge.evidence import LoadFault
from judge.run.intake import SOURCE_BYTES, Job, read_submission


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(name="ada.py", problem=Toy.make(tmp_path).load())


def read(job: Job, data: bytes) -> tuple[bytes, str | None, LoadFault | None]:
    """What is made of these bytes, which is the same from a file and from standard input."""
    path = job.problem.folder / "ada.py"
    path.write_bytes(data)
    found = [read_submission(one) for one in (replace(job, path=path), replace(job, source=data))]
    assert found[0] == found[1]
    submission, fault = found[0]
    return submission.data, submission.source, fault


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"x = 1\r\n", "x = 1\r\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        ("x = 'é\u2028'\n".encode(), "x = 'é\u2028'\n"),
        (b"\0", "\0"),
        (b"#" * SOURCE_BYTES, "#" * SOURCE_BYTES),
    ],
)
def test_text_is_kept_as_it_is_but_for_a_byte_order_mark(job: Job, data: bytes, text: str) -> None:
    assert read(job, data) == (data, text, None)


@pytest.mark.parametrize(
    ("data", "line", "byte"),
    [
        (b"\xe4", 1, "e4"),
        (b"a\nb\n\xff\n\xfe", 3, "ff"),
        (b"\xef\xbb\xbfa\n\xe4", 2, "e4"),
        (b"a\n\xc3", 2, "c3"),
    ],
)
def test_what_is_not_utf_8_is_told_with_its_line_and_byte(
    job: Job, data: bytes, line: int, byte: str
) -> None:
    message = f"the file is not UTF-8: line {line} has the byte 0x{byte}; save it as UTF-8"
    assert read(job, data) == (data, None, LoadFault(kind="encoding", message=message, line=line))


@pytest.mark.parametrize(
    ("data", "encoding", "line"),
    [
        (b"# -*- coding: no-such-codec -*-\nx = 1\n", "no-such-codec", 1),
        (b"# coding=utf-7\nx = 1\n", "utf-7", 1),
        (b"#!/usr/bin/env python\n# vim: set fileencoding=latin-1 :\n", "latin-1", 2),
        (b"\n\f # coding: ascii\n", "ascii", 2),
        (b"# a\r# coding: utf-16\rx = 1\r", "utf-16", 2),
        (b"\xef\xbb\xbf# coding: cp1252\n", "cp1252", 1),
        (b"# coding: rot13\n", "rot13", 1),
    ],
)
def test_a_file_that_declares_another_encoding_than_utf_8_is_refused_with_that_line(
    job: Job, data: bytes, encoding: str, line: int
) -> None:
    message = (
        f"line {line} says that the file is in the encoding {encoding}, and a submission is UTF-8:"
        " delete that comment, and save the file as UTF-8"
    )
    assert read(job, data)[2] == LoadFault(kind="encoding", message=message, line=line)


@pytest.mark.parametrize(
    "text",
    [
        "# -*- coding: utf-8 -*-\n",
        "# vim: set fileencoding=UTF8 :\n",
        "# coding: utf-8-unix\n",
        "# coding: U8\n",
        "x = 1\n# coding: utf-7\n",
        "# a\n# b\n# coding: utf-7\n",
        "x = '# coding: utf-7'\n",
        "# encoding of weights\n",
    ],
)
def test_a_file_that_declares_utf_8_or_nothing_is_read(job: Job, text: str) -> None:
    assert read(job, text.encode()) == (text.encode(), text, None)


@given(
    first=st.sampled_from(["", "# a", "x = 1", "\f", "   ", "# coding: latin-1", "'# coding: latin-1'"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    second=st.sampled_from(
        ["# coding: {}", "\t# vim: fileencoding={}", "y = 2 # coding: {}", "#coding : {}"]
    ),
    name=st.sampled_from(["utf-8", "latin-1", "ascii", "nope", "utf8", "cp1252"]),
)
def test_python_and_the_judge_read_the_same_text(first: str, end: str, second: str, name: str) -> None:
    data = (first + end + second.format(name) + end + "z = 'é'" + end).encode()
    fault = read_submission(Job(name="ada.py", problem=problem(), source=data))[1]
    try:
        space: dict[str, str] = {}
        exec(compile(data, "ada.py", "exec"), space)
        same = space["z"] == "é"
    except SyntaxError:
        same = False
    assert same or fault is not None
    assert fault is None or name not in {"utf-8", "utf8"} or "latin-1" in first


def test_what_is_too_large_is_read_no_further_than_to_know_it(job: Job) -> None:
    path = job.problem.folder / "large.py"
    path.write_bytes(b"#" * (3 * SOURCE_BYTES))
    submission, fault = read_submission(replace(job, path=path))
    assert fault == LoadFault(kind="too-large", message="the file is larger than 1024 KiB")
    assert (submission.source, len(submission.data)) == (None, SOURCE_BYTES + 1)


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="no file here says of itself that it is empty"
)
def test_a_file_is_read_to_its_end_whatever_it_says_of_its_size(job: Job) -> None:
    submission, fault = read_submission(replace(job, source=None, path=Path("/proc/self/status")))
    assert fault is None
    assert submission.data.startswith(b"Name:")
    assert submission.data.endswith(b"\n")


def test_a_job_of_neither_file_nor_bytes_cannot_be_read(job: Job) -> None:
    _, fault = read_submission(job)
    assert fault == LoadFault(kind="unreadable", message="the file can't be read: it is no regular file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_is_told(job: Job) -> None:
    path = job.problem.folder / "ada.py"
    path.touch(mode=0)
    _, fault = read_submission(replace(job, path=path))
    assert fault is not None
    assert fault.message == "the file can't be read: Permission denied"


def test_a_link_to_a_reference_is_not_read_and_one_to_another_file_is(job: Job, tmp_path: Path) -> None:
    link, other = tmp_path / "link.py", tmp_path / "other.py"
    link.symlink_to(job.problem.reference / "reference.py")
    submission, fault = read_submission(replace(job, path=link))
    assert (submission.data, fault and fault.message) == (
        b"",
        "the file can't be read: it is a link to a reference",
    )
    (tmp_path / "real.py").write_text(RIGHT)
    other.symlink_to(tmp_path / "real.py")
    assert read_submission(replace(job, path=other))[0].source == RIGHT
