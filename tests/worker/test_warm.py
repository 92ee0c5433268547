from typing import Any

import jax
import pytest

from judge.worker.warm import told, warm_up

X = {"blank": ["bfloat16", [2, 3]]}
HEAD = "import jax, jax.numpy as jnp\nseen = []\n"


def asked(body: str, *calls: list[dict[str, Any]], name: str = "warm_up") -> dict[str, Any]:
    source = f"{HEAD}def warm_up(seed, x):\n    {body}\n"
    return {"source": source, "entry_point": name, "calls": calls or ([{"number": 1.0}, X],)}


def failure(body: str, *, abstract: bool = False, **changes: Any) -> str:
    with pytest.raises(BaseException) as raised:  # noqa: PT011 - whatever the program raises
        warm_up(asked(body, **changes), abstract=abstract)
    return told(raised.value)


def says(what: str) -> str:
    """A body that ends the warm-up with a text, which is how it can be seen from here."""
    return f"raise RuntimeError({what})"


def test_a_worker_computes_on_zeros_of_the_shapes_and_dtypes_that_are_asked_for() -> None:
    what = "[type(seed).__name__, isinstance(x, jax.Array), str(x.dtype), x.shape, float(x.sum())]"
    assert failure(says(what)) == "RuntimeError: ['float', True, 'bfloat16', (2, 3), 0.0] (line 4)"


def test_a_zygote_only_traces_so_that_numbers_are_there_and_arrays_are_not() -> None:
    what = "[seed, isinstance(x, jax.core.Tracer), str(x.dtype), x.shape]"
    assert failure(says(what), abstract=True) == "RuntimeError: [1.0, True, 'bfloat16', (2, 3)] (line 4)"
    assert failure("return float(x.sum())", abstract=True).startswith("ConcretizationTypeError: ")


@pytest.mark.parametrize("abstract", [False, True])
def test_each_call_is_made_in_order_in_one_module(*, abstract: bool) -> None:
    calls = [[{"number": number}, {"blank": ["float32", [number]]}] for number in (1, 2, 3)]
    body = "seen.append((seed, x.shape)); assert seed < 3, seen"
    with pytest.raises(AssertionError, match=r"\[\(1, \(1,\)\), \(2, \(2,\)\), \(3, \(3,\)\)\]"):
        warm_up(asked(body, *calls), abstract=abstract)


def test_what_is_returned_may_be_any_tree_and_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[object] = []
    monkeypatch.setattr(jax, "block_until_ready", waited.append)
    for abstract in (True, False):
        warm_up(asked("return {'a': [x, (jnp.exp(x), None)]}"), abstract=abstract)
    (tree,) = waited
    assert [leaf.shape for leaf in jax.tree.leaves(tree)] == [(2, 3), (2, 3)]


def test_nothing_is_compiled_where_it_is_only_traced() -> None:
    heard: list[str] = []

    def listen(event: str, _seconds: float, **_: object) -> None:
        heard.append(event)

    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        shape = [{"number": 1.0}, {"blank": ["float32", [17, 3]]}]
        warm_up(asked("return jnp.tanh(x) @ x.T", shape), abstract=True)
        assert not any("backend_compile" in event for event in heard)
        warm_up(asked("return jnp.tanh(x) @ x.T", shape), abstract=False)
        assert any("backend_compile" in event for event in heard)
    finally:
        jax.monitoring.clear_event_listeners()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("raise ValueError('no')", "ValueError: no (line 4)"),
        ("raise SystemExit(3)", "SystemExit: 3 (line 4)"),
        ("def", "SyntaxError: invalid syntax (<warm_up>, line 4)"),
        ("raise ValueError('x' * 1000)", f"ValueError: {'x' * 488} (line 4)"),
    ],
)
def test_what_goes_wrong_is_told_with_its_line_and_shortly(body: str, text: str) -> None:
    assert failure(body) == text


def test_a_program_without_the_function_says_so() -> None:
    assert failure("pass", name="warmup") == "NameError: it defines no function `warmup`"
