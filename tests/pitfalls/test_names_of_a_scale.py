"""What names stand for: followed through a text, and given up where it could be followed for ever."""

import ast
from collections.abc import Callable

import pytest

from judge.pitfalls.next_scale.words import Words, words

ENDLESS: dict[str, Callable[[int], str]] = {
    "a name that is itself": lambda n: "a = a\n" * n + "b, c = a\n" * n,
    "names in a ring": lambda n: "".join(f"a{i} = a{(i + 1) % n}\na{i} = a{(i + 2) % n}\n" for i in range(n)),
    "functions that return two others": lambda n: "".join(
        f"def f{i}(x):\n    return f{(i + 1) % n}(x), f{(i + 2) % n}(x)\na, b = f{i}(a)\n" for i in range(n)
    ),
    "a function that is defined again and again": lambda n: "def f(x):\n    return f\na = f(f)(a)\n" * n,
    "tables of functions that are in each other": lambda n: "".join(
        f"t{i} = [f, t{(i + 1) % n}, lambda x: t{i}[0](x)]\nf = t{i}[0](f)\n" for i in range(n)
    ),
    "entries of entries": lambda n: ("a = b" + '["x"]' * 60 + "\n") * (n // 2),
    "entries of tables in tables": lambda n: (
        "".join(f"t{i} = (t{(i + 1) % n}, t{i}[0][1])\n" for i in range(n)) + "a = t0[0][0][1][0]\n"
    ),
    "entries of what calls give": lambda n: ("a = " + "f(" * 20 + "x" + ')["a"]' * 20 + "\n") * (n // 2),
}


def read(text: str) -> Words:
    return words(ast.parse(text), [("loss_scale", "scale"), ("good_steps", "count")])


def number(text: str) -> float | None:
    """What the last line, an expression, is."""
    last = ast.parse(text).body[-1]
    assert isinstance(last, ast.Expr)
    return read(text).number(last.value)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_a_text_that_could_be_followed_for_ever_is_given_up(text: Callable[[int], str]):
    try:
        assert read(text(100)).kinds is not None
    except TimeoutError as error:  # its traceback is too deep to be shown
        pytest.fail(str(error))


def test_a_number_is_followed_through_names_and_one_that_is_made_of_itself_is_none():
    assert number("most = 2.0**24\ncap = most\nself.cap = cap\nself.cap") == 2.0**24
    assert number('settings = {"most": 2**16}\nsettings["most"] * 2') == 2.0**17
    assert number("most = float(jnp.finfo(jnp.float16).max)\nmost") == 65504.0
    assert number("jnp.finfo(kind).max") is None
    assert number("a = 1.0\na = 2.0\na") is None
    assert number("a = a\na") is None
    assert number("a = b\nb = a\na + 1") is None


HELD = {
    "entries of a tuple": "LIMITS = (1.0, 2.0**16)\nLIMITS[1]",
    "the last entry of a list": "LIMITS = [1.0, 2.0**16]\nLIMITS[-1]",
    "an entry of an entry": "LIMITS = ((0.5, 1.0), (2.0, 2.0**16))\nLIMITS[1][1]",
    "an entry of an array": "LIMITS = np.array([1.0, 2.0**16])\nfloat(LIMITS[1])",
    "a table by numbers": "LIMITS = {0: 1.0, 1: 2.0**16}\nLIMITS[1]",
    "a table by words": 'LIMITS = dict(low=1.0, high=2.0**16)\nLIMITS["high"]',
    "a function": "def most():\n    return 2.0**16\nmost()",
    "a lambda": "most = lambda: 2.0**16\nmost()",
    "a property": "class S:\n    @property\n    def most(self):\n        return 2.0**16\nS().most",
    "a text": 'float("65536")',
    "powers by a library": "np.exp2(16) + 0 * math.ldexp(1.0, 3)",
}
UNKNOWN = {
    "two tables": "LIMITS = (1.0, 2.0)\nLIMITS = (1.0, 4.0)\nLIMITS[1]",
    "a table and what isn't known": "LIMITS = (1.0, 2.0)\nLIMITS = load()\nLIMITS[1]",
    "no entry": "LIMITS = (1.0, 2.0)\nLIMITS[2]",
    "parts that are spread": "LIMITS = (*rest, 2.0)\nLIMITS[1]",
    "an entry of itself": "a = (a[0], 1.0)\na[0]",
    "two answers": "def most(s):\n    if s:\n        return 1.0\n    return 2.0\nmost(s)",
    "a method that is no property": "class S:\n    def most(self):\n        return 2.0\nS().most",
    "no number": 'float("nan")',
    "no text of a number": 'float("much")',
}


@pytest.mark.parametrize("text", HELD.values(), ids=HELD)
def test_a_number_is_found_in_what_holds_it(text: str):
    assert number(text) == 2.0**16


@pytest.mark.parametrize("text", UNKNOWN.values(), ids=UNKNOWN)
def test_what_may_be_another_number_is_none(text: str):
    assert number(text) is None


def test_an_entry_of_which_nothing_is_known_is_what_it_is_an_entry_of():
    found = read('state = loss_scale\nnew = state["now"]\ngrads = jax.grad(f)(w)\nfirst = grads["w"]\n')
    assert found.kinds["new"] == {"scale"}
    assert found.kinds["first"] == {"data"}
