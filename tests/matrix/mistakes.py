"""The catalogue's mistakes, and their nuances, as what fills the slots of a style."""

from collections.abc import Mapping

from matrix.mistake import Mistake, cast
from matrix.mistakes_backward import clip, masters, scale, unscale, update
from matrix.mistakes_forward import errors, forward, halves
from matrix.templates import BF16, FP32

__all__ = ["MISTAKES", "Mistake"]


def returned() -> dict[str, Mistake]:
    old = {"keep": "{0}", "final": "before"}
    where = ("final", "shape", "keep")
    shape, dtype = ("wrong-output-shape",), ("wrong-output-dtype",)
    at = ("result", "shape", "final")
    return {
        "stale-loss": Mistake(slots=old, ids=("stale-loss",), at=where, area="stale"),
        "scaled-loss-returned": Mistake(
            slots={"result": f"({cast(FP32)} * {{1}})"}, ids=("scaled-loss-returned",), at=at, area="result"
        ),
        "scaled-loss-returned/undivided": Mistake(
            slots={"divide": ""}, ids=("scaled-loss-returned",), at=("divide", "shape"), area="undivided"
        ),
        "seed-ignored": Mistake(slots={"seed": "0"}, ids=("seed-ignored",), area="seed"),
        "wrong-output-dtype/bf16": Mistake(slots={"result": cast(BF16)}, ids=dtype, at=at, area="result"),
        "wrong-output-dtype/int32": Mistake(
            slots={"result": cast("jnp.int32")}, ids=dtype, at=at, area="result"
        ),
        "wrong-output-shape/scalar": Mistake(slots={"shape": "{0}"}, ids=shape, area="shape"),
        "wrong-output-shape/matrix": Mistake(slots={"shape": "{0}.reshape(1, 1)"}, ids=shape, area="shape"),
        "wrong-output-shape/two": Mistake(
            slots={"shape": "jnp.broadcast_to({0}, (2,))"}, ids=shape, area="shape"
        ),
    }


MISTAKES: Mapping[str, Mistake] = (
    forward() | errors() | scale() | unscale() | clip() | update() | masters() | returned() | halves()
)
