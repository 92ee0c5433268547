from judge.reporters.parts.source import SHOWN_CHARACTERS, source_lines


def test_lines_are_numbered_as_python_numbers_them():
    assert source_lines("\ufeffa\r\nb\rc\x0cd\u2028e\nf") == ("a", "b", "c\x0cd\u2028e", "f")


def test_of_a_long_line_only_the_beginning_is_kept():
    assert source_lines("x" * 10_000) == ("x" * SHOWN_CHARACTERS,)
