import pytest

from judge.messages.hints import pasted


@pytest.mark.parametrize(
    ("source", "line", "expected"),
    [
        (
            "# %%\n%matplotlib inline\n!pip install flax\nimport jax\n",
            2,
            (
                "this is not Python: lines 2 and 3 have commands of a notebook (`%...`, `!...`),"
                " which only a notebook"
                " knows: delete them"
            ),
        ),
        (
            "import jax\n%%time\n",
            2,
            (
                "this is not Python: line 2 has commands of a notebook (`%...`, `!...`), which only"
                " a notebook knows: delete it"
            ),
        ),
        (
            ">>> import jax\n>>> x = 1\n",
            1,
            (
                "this is not Python: lines 1 and 2 have the prompts of an interactive session"
                " before the code: delete them"
            ),
        ),
        (
            "In [1]: import jax\n",
            1,
            "this is not Python: line 1 has the prompts of an interactive session before the code: delete it",
        ),
        (
            "```python\nimport jax\n```\n",
            1,
            (
                "this is not Python: lines 1 and 3 have the fences of a Markdown page (```),"
                " which are no code: delete them"
            ),
        ),
        (
            "!a\n" * 9,
            1,
            (
                "this is not Python: lines 1, 2, 3, 4, 5 and 4 more have commands of a notebook"
                " (`%...`, `!...`), which only"
                " a notebook knows: delete them"
            ),
        ),
    ],
)
def test_what_was_pasted_is_told_with_all_its_lines(source: str, line: int, expected: str) -> None:
    assert pasted(source, line) == expected


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def f(:\n", 1),
        ("x = (5\n     % 2 3)\n", 1),
        ("x = 1\n", None),
        ("x = 1\n", 7),
        ("", 0),
        ("x != = 3", 1),
    ],
)
def test_other_syntax_errors_are_left_to_python(source: str, line: int | None) -> None:
    assert pasted(source, line) is None
