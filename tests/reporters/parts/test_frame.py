import pytest

from judge.reporters.parts.frame import Columns, Frame, calls, marked


def drawn(
    frame: Frame, line: int | None, end_line: int | None = None, columns: Columns = (None, None)
) -> list[str]:
    return [text.plain.rstrip() for text in marked(frame, line, end_line, columns, "")]


def test_a_line_is_underlined_from_its_first_character():
    frame = Frame("def f(x):\n    return x\n", 80, [2])
    assert drawn(frame, 2) == ["  |", "2 |     return x", "  |     ^^^^^^^^"]


def test_a_known_column_begins_the_underline():
    frame = Frame("y = f(x) + g(x)\n", 80, [1])
    assert drawn(frame, 1, columns=(12, None)) == ["  |", "1 | y = f(x) + g(x)", "  |            ^^^^"]


def test_an_underline_ends_where_the_expression_ends():
    frame = Frame("\tz = f('数', x) + g(x)  # why\n", 80, [1])
    shown = ["1 |     z = f('数', x) + g(x)  # why", "  |         ^^^^^^^^^^"]
    assert drawn(frame, 1, columns=(6, 15))[1:] == shown


@pytest.mark.parametrize("end", [0, 5, 99])
def test_an_end_that_the_line_has_not_is_ignored(end: int):
    assert drawn(Frame("y = 1\n", 80, [1]), 1, columns=(5, end))[2] == "  |     ^"


@pytest.mark.parametrize(("width", "shown"), [(20, "--> folder/ada.py:7"), (19, "--> .../ada.py:7")])
def test_a_place_that_does_not_fit_is_told_without_its_folders(width: int, shown: str):
    assert Frame("x\n" * 9, width, [7]).arrow("folder/ada.py:7").plain == f" {shown}"


def test_a_place_without_folders_is_told_whole():
    assert Frame("x\n", 9, [1]).arrow("a-long-name.py:1").plain == " --> a-long-name.py:1"


@pytest.mark.parametrize("column", [0, -3, 99])
def test_a_column_that_the_line_has_not_is_ignored(column: int):
    assert drawn(Frame("y = 1\n", 80, [1]), 1, columns=(column, None))[2] == "  | ^^^^^"


def test_tabs_wide_and_unprintable_characters_keep_the_underline_in_place():
    frame = Frame("\tname = '数\x1b'\n", 80, [1])
    assert drawn(frame, 1) == ["  |", r"1 |     name = '数\x1b'", "  |     ^^^^^^^^^^^^^^^"]


def test_a_statement_of_several_lines_is_marked_at_each():
    frame = Frame("a = f(\n    1,\n)\n", 80, [1, 3])
    assert drawn(frame, 1, 3) == ["  |", "1 | > a = f(", "2 | >     1,", "3 | > )", "  |"]


def test_the_middle_of_a_long_statement_is_left_out():
    frame = Frame("f(\n" + "1,\n" * 20 + ")\n", 80, [1, 22])
    assert drawn(frame, 1, 22) == [
        "   |",
        " 1 | > f(",
        " 2 | > 1,",
        " 3 | > 1,",
        " 4 | > 1,",
        " 5 | > 1,",
        "   | ...",
        "22 | > )",
        "   |",
    ]


def test_a_long_line_is_cut_to_the_width():
    lines = drawn(Frame("x" * 200 + "\n", 40, [1]), 1)
    assert lines[1] == "1 | " + "x" * 33 + "..."
    assert max(map(len, lines)) == 40


@pytest.mark.parametrize(
    ("code", "underlined"),
    [
        ("y = f(x)  # why", "y = f(x)"),
        ("y = '#'  # why", "y = '#'"),
        ('y = "it\'s # no comment"', 'y = "it\'s # no comment"'),
        ("# only a comment", "#"),
    ],
)
def test_a_comment_is_not_underlined(code: str, underlined: str):
    assert drawn(Frame(code, 80, [1]), 1)[2] == "  | " + "^" * len(underlined)


@pytest.mark.parametrize("line", [None, 0, -1, 3, 10**9])
def test_a_line_that_the_file_has_not_draws_nothing(line: int | None):
    assert drawn(Frame("a = 1\nb = 2", 80, [line]), line) == []


def test_without_a_source_nothing_is_drawn():
    assert drawn(Frame(None, 80, [1]), 1) == []


def test_an_end_beyond_the_file_is_cut_off():
    assert drawn(Frame("a = (\n1", 80, [1, 99]), 1, 99)[-2:] == ["2 | > 1", "  |"]


def test_a_traceback_shows_the_calls_from_the_outermost_to_the_one_that_failed():
    frame = Frame("def f():\n    raise E\n\nf()\n", 80, [4, 2])
    assert [text.plain.rstrip() for text in calls(frame)] == [
        "  |",
        "4 | f()",
        "  | --- called from here",
        "2 |     raise E",
        "  |     ^^^^^^^",
    ]


def test_a_recursion_is_shown_once_and_a_long_traceback_without_its_middle():
    frame = Frame("abcdefghij\n" * 9, 80, [1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    shown = [text.plain.split(" | ")[0].strip() for text in calls(frame) if text.plain[0] != " "]
    assert shown == ["1", "6", "7", "8", "9"]
    assert "...\n" in "".join(f"{text.plain}\n" for text in calls(frame))
