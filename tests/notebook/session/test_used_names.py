import pytest

from judge.notebook.session.used_names import used_names


@pytest.mark.parametrize(
    ("text", "at_once", "later"),
    [
        ("def f(x, y=A):\n    return B(x)", {"A"}, {"B"}),
        ("@deco\nclass C(Base):\n    size: Kind = N\n    def m(self):\n        return self.x + g(C)",
         {"deco", "Base", "Kind", "N"}, {"g", "C"}),
        ("def f():\n    x = 1\n    def inner():\n        return x + OUTER\n    return [y for y in LIST if y]",
         set(), {"OUTER", "LIST"}),
        ("def f(x=[N for _ in range(3)], y=lambda: L):\n    global G\n    G = 1\n    return G",
         {"N", "range"}, {"L", "G"}),
        ("async def f():\n    import os\n    return os", set(), set()),
    ],
)  # fmt: skip
def test_names_of_the_module_are_told_by_when_they_are_used(text: str, at_once: set[str], later: set[str]):
    used = used_names(text)
    assert (used.at_once, used.later) == (at_once, later)


def test_annotations_are_not_used_where_they_are_texts():
    assert used_names("def f(x: A):\n    return x").at_once == {"A"}
