from judge.pitfalls.reading.columns import characters, expressions
from judge.pitfalls.reading.source import Source


def test_columns_count_characters_where_code_objects_count_bytes():
    text = Source("größe = f('数') + 1\n")
    assert characters(text, 1, len("größe = ".encode())) == len("größe = ") + 1
    assert characters(text, 1, len("größe = f('数')".encode())) == len("größe = f('数')") + 1


def test_a_place_outside_of_the_text_has_no_column():
    text = Source("a = 1\n")
    assert characters(text, 1, 99) is None
    assert characters(text, 9, 0) is None


def test_the_expression_at_a_place_is_found():
    text = Source("y = a * b\n")
    assert [type(node).__name__ for node in expressions(text, 1, 4, 1, 9)] == ["BinOp"]
