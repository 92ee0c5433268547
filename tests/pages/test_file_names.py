"""What pages in a folder are called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.pages.file_names import page_path


@pytest.mark.parametrize(
    ("number", "submission", "path"),
    [
        (1, "submissions/demo/ada.py", "submissions/0001-ada.html"),
        (12, "Ada Lovelace (2).py", "submissions/0012-ada-lovelace-2.html"),
        (12345, "Zoë_Ünal.py", "submissions/12345-zoe_unal.html"),
        (3, "../../etc/passwd", "submissions/0003-passwd.html"),
        (4, "日本.py", "submissions/0004-submission.html"),
        (5, "x" * 300 + ".py", f"submissions/0005-{'x' * 60}.html"),
        (6, "con.py", "submissions/0006-con.html"),
    ],
)
def test_a_page_is_called_by_number_and_name(number: int, submission: str, path: str):
    assert page_path(number, submission) == path


@given(st.integers(1, 99_999), st.text(st.characters()))
def test_whatever_a_file_is_called_its_page_has_a_name_for_every_file_system(number: int, submission: str):
    assert re.fullmatch(r"submissions/\d{4,5}-[a-z0-9_][a-z0-9_-]{0,59}\.html", page_path(number, submission))
