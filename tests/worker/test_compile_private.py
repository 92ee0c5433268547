"""Each test names the part of JAX that a new release has changed, should it fail."""

import sys
import threading
from collections.abc import Iterator

import jax
import jax.numpy as jnp
import pytest
from jax._src.interpreters import mlir

from judge.worker.compile_private import _OneContext, preload, reuse_contexts


class Counted:
    """JAX's own way to make a context, counted."""

    def __init__(self) -> None:
        self.make = mlir.make_ir_context
        self.calls = 0

    def __call__(self) -> object:
        self.calls += 1
        return self.make()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    own = getattr(mlir, "make_ir_context", None)
    assert own is not None, "`jax._src.interpreters.mlir.make_ir_context` is gone: workers compile slower"
    assert not isinstance(own, _OneContext)
    made = Counted()
    monkeypatch.setattr(mlir, "make_ir_context", made)
    return made


def lowered(size: int) -> str:
    def step(x: jax.Array) -> jax.Array:
        return jnp.mean((x.astype(jnp.bfloat16) @ x.T.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)

    return jax.jit(jax.grad(step)).lower(jnp.ones((size, 3))).as_text()


def test_jax_makes_a_context_for_each_program_by_this_name(counted: Counted) -> None:
    lowered(2)
    lowered(3)
    assert counted.calls >= 2, (
        "`make_ir_context` isn't what lowering asks any longer: nothing is gained by it"
    )


def test_all_programs_of_a_thread_are_lowered_in_one_context(counted: Counted) -> None:
    assert reuse_contexts()
    assert counted.calls == 1, "made ahead, for processes that are forked from this one"
    lowered(4)
    lowered(5)
    jnp.exp(jnp.ones((7, 2)))
    assert counted.calls == 1


def test_each_thread_has_a_context_of_its_own(counted: Counted) -> None:
    reuse_contexts()
    contexts = [mlir.make_ir_context()]
    other = threading.Thread(target=lambda: contexts.append(mlir.make_ir_context()))
    other.start()
    other.join()
    assert contexts[0] is mlir.make_ir_context()
    assert contexts[1] is not contexts[0]
    assert counted.calls == 2


@pytest.mark.more
@pytest.mark.usefixtures("counted")
def test_a_program_is_the_same_in_a_context_that_others_were_in_before() -> None:
    fresh = [lowered(size) for size in (6, 8)]
    reuse_contexts()
    lowered(11)
    jax.clear_caches()
    assert [lowered(size) for size in (6, 8)] == fresh


@pytest.mark.usefixtures("counted")
def test_asking_twice_changes_nothing() -> None:
    reuse_contexts()
    one = mlir.make_ir_context
    assert reuse_contexts()
    assert mlir.make_ir_context is one


def test_a_jax_without_that_name_compiles_as_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(mlir, "make_ir_context")
    assert reuse_contexts() is False
    assert not hasattr(mlir, "make_ir_context")


@pytest.mark.parametrize("module", ["builtin", "mhlo"])
def test_what_lowering_imports_late_is_still_called_so(module: str) -> None:
    preload()
    assert f"jaxlib.mlir.dialects.{module}" in sys.modules
