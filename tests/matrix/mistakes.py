"""The catalogue's mistakes, and their nuances, as what fills the slots of a style."""

from collections.abc import Mapping
from dataclasses import dataclass

from matrix.templates import BF16, FP32

FP16 = "jnp.float16"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What goes into the slots, what must be said of it, and where.

    Attributes:
        slots: text for each slot; a name that ends in "?" is filled where the style has it.
        needs: further slots that the style must have.
        ids: one of these must be reported, the others may be; none where no finding is owed.
        allowed: further ids that may be reported.
        at: the slots and tags whose lines may be named; the filled slots where it is empty.
        area: what it touches, for pairs of independent mistakes.
        half: the half precision dtype that HALF stands for.
        warning: the finding is a warning.
    """

    slots: Mapping[str, str]
    area: str
    ids: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    half: str = BF16
    warning: bool = False


def _cast(dtype: str) -> str:
    return f"{{0}}.astype({dtype})"


def _forward() -> dict[str, Mistake]:
    there_and_back = _cast(BF16) + f".astype({FP32})"
    raw = {"x": "uncast-inputs", "y": "uncast-targets"}
    found: dict[str, Mistake] = {}
    for slot, name in raw.items():
        place = "matmul" if slot == "x" else "error"
        final = f"{slot}.final"
        ids = (name,)
        found |= {
            f"{name}/everywhere": Mistake(
                slots={slot: "{0}", f"{final}?": "{0}"}, ids=ids, at=(place, f"{place}.final"), area="data"
            ),
            f"{name}/train-only": Mistake(
                slots={slot: "{0}"}, needs=(final,), ids=ids, at=(place,), area="data"
            ),
            f"{name}/final-only": Mistake(slots={final: "{0}"}, ids=ids, at=(f"{place}.final",), area="data"),
        }
    found["uncast-inputs/promoted-back"] = Mistake(
        slots={"x": there_and_back, "x.final?": there_and_back},
        ids=("uncast-inputs",),
        at=("x", "matmul", "x.final", "matmul.final"),
        area="data",
    )
    for slot, nuance in (("param", ""), ("kernel", "kernel-")):
        final = f"{slot}.final"
        bias = {"bias": "{0}"} if slot == "kernel" else {}
        ids = ("full-precision-forward",)
        found |= {
            f"full-precision-forward/{nuance}everywhere": Mistake(
                slots={slot: "{0}", f"{final}?": "{0}"}, ids=ids, at=("matmul",), area="parameters"
            ),
            f"full-precision-forward/{nuance}all-of-it": Mistake(
                slots={slot: "{0}", "x": "{0}", "y": "{0}"} | bias, ids=ids, at=("matmul",), area="parameters"
            ),
            f"full-precision-forward/{nuance}train-only": Mistake(
                slots={slot: "{0}"} | bias, needs=(final,), ids=ids, at=("matmul",), area="parameters"
            ),
            f"full-precision-forward/{nuance}promoted-back": Mistake(
                slots={slot: there_and_back, f"{final}?": there_and_back},
                ids=ids,
                at=(slot, "matmul"),
                area="parameters",
            ),
            f"full-precision-final-loss/{nuance}uncast": Mistake(
                slots={final: "{0}"}, ids=("full-precision-final-loss",), at=("matmul.final",), area="final"
            ),
        }
    found["full-precision-forward/layer"] = Mistake(
        slots={"precision": "None"},
        ids=("full-precision-forward",),
        at=("precision", "layer", "matmul"),
        area="parameters",
    )
    return found


def _errors() -> dict[str, Mistake]:
    """Errors in float32: of the differentiated loss a warning, of the returned one an error."""
    wide = f"{{0}}.astype({FP32}) - {{1}}.astype({FP32})"
    wide_y = f"{_cast(BF16)}.astype({FP32})"
    both = {"ids": ("full-precision-final-loss",), "allowed": ("full-precision-loss",), "area": "final"}
    return {
        "full-precision-loss/error": Mistake(
            slots={"error": wide},
            needs=("error.final",),
            ids=("full-precision-loss",),
            at=("error",),
            area="data",
            warning=True,
        ),
        "full-precision-loss/targets-promoted-back": Mistake(
            slots={"y": wide_y},
            needs=("y.final",),
            ids=("full-precision-loss",),
            at=("error", "y"),
            area="data",
            warning=True,
        ),
        "full-precision-final-loss/error": Mistake(
            slots={"error.final": wide}, ids=("full-precision-final-loss",), at=("error.final",), area="final"
        ),
        "full-precision-final-loss/error-everywhere": Mistake(
            slots={"error": wide, "error.final?": wide}, at=("error", "error.final"), **both
        ),
        "full-precision-final-loss/targets-promoted-back": Mistake(
            slots={"y": wide_y, "y.final?": wide_y}, at=("error", "y", "error.final", "y.final"), **both
        ),
        "full-precision-final-loss/another-expression": Mistake(
            slots={"final": "{1}"}, ids=("full-precision-final-loss",), at=("final",), area="final"
        ),
    }


def _scale() -> dict[str, Mistake]:
    missing, low = ("missing-loss-scale",), ("low-precision-loss-scale",)
    where = ("scale", "grad", "loss")
    rounded = f"jnp.asarray({{1}}, {BF16})"
    return {
        "missing-loss-scale/divided": Mistake(
            slots={"scale": _cast(FP32)}, ids=missing, at=where, area="scale"
        ),
        "missing-loss-scale/in-bf16": Mistake(slots={"scale": "{0}"}, ids=missing, at=where, area="scale"),
        "missing-loss-scale/nowhere": Mistake(
            slots={"scale": _cast(FP32), "unscale": "{0}"}, ids=missing, at=where, area="scale"
        ),
        "missing-loss-scale/nowhere-chain": Mistake(
            slots={"scale": _cast(FP32), "inverse": "1.0"}, ids=missing, at=where, area="scale"
        ),
        "missing-loss-scale/constant": Mistake(
            slots={"scale": _cast(FP32) + " * 1024.0"}, ids=missing, at=where, area="scale"
        ),
        "missing-loss-scale/cotangent": Mistake(
            slots={"cotangent": f"jnp.ones((), {FP32})"}, ids=missing, at=("grad", "pullback"), area="scale"
        ),
        "low-precision-loss-scale/product": Mistake(
            slots={"scale": "{0} * {1}"}, ids=low, area="scale-in-bf16"
        ),
        "low-precision-loss-scale/cast-afterwards": Mistake(
            slots={"scale": f"({{0}} * {{1}}).astype({FP32})"}, ids=low, area="scale-in-bf16"
        ),
        "low-precision-loss-scale/rounded-first": Mistake(
            slots={"scale": f"{_cast(FP32)} * {rounded}.astype({FP32})"}, ids=low, area="scale"
        ),
        "low-precision-loss-scale/rounded-and-promoted": Mistake(
            slots={"scale": f"{_cast(FP32)} * {rounded}"}, ids=low, area="scale"
        ),
        "low-precision-loss-scale/cotangent": Mistake(
            slots={"cotangent": f"jnp.asarray({{0}}, {BF16}).astype({FP32})"}, ids=low, area="scale"
        ),
        "unscaled-grads/scaled-twice": Mistake(
            slots={"scale": _cast(FP32) + " * {1} * {1}"},
            ids=("unscaled-grads",),
            at=("scale", "update"),
            area="scale",
        ),
    }


def _unscale() -> dict[str, Mistake]:
    unscaled, doubly = ("unscaled-grads",), ("doubly-unscaled-grads",)
    rounding = {"ids": ("low-precision-grads",), "area": "unscale-precision"}
    dividing = {"ids": ("low-precision-unscale",), "area": "unscale-precision"}
    degree = "unscale-degree"
    return {
        "unscaled-grads": Mistake(slots={"unscale": "{0}"}, ids=unscaled, at=("update",), area=degree),
        "unscaled-grads/chain": Mistake(slots={"inverse": "1.0"}, ids=unscaled, at=("update",), area=degree),
        "unscaled-grads/multiplied": Mistake(
            slots={"unscale": "{0} * {1}"}, ids=unscaled, at=("unscale", "update"), area=degree
        ),
        "doubly-unscaled-grads": Mistake(slots={"unscale": "{0} / {1} / {1}"}, ids=doubly, area=degree),
        "doubly-unscaled-grads/square": Mistake(slots={"unscale": "{0} / {1}**2"}, ids=doubly, area=degree),
        "doubly-unscaled-grads/chain": Mistake(
            slots={"inverse": "1.0 / {0}**2"}, ids=doubly, at=("inverse", "update"), area=degree
        ),
        "low-precision-unscale": Mistake(slots={"unscale": f"{_cast(BF16)} / {{1}}"}, **dividing),
        "low-precision-unscale/promoted": Mistake(
            slots={"unscale": f"({_cast(BF16)} / {{1}}).astype({FP32})"}, **dividing
        ),
        "low-precision-unscale/by-inverse": Mistake(
            slots={"unscale": f"({_cast(BF16)} * (1.0 / {{1}})).astype({FP32})"}, **dividing
        ),
        "low-precision-grads/kept": Mistake(slots={"unscale": f"({{0}} / {{1}}).astype({BF16})"}, **rounding),
        "low-precision-grads/round-trip": Mistake(
            slots={"unscale": f"({{0}} / {{1}}).astype({BF16}).astype({FP32})"}, **rounding
        ),
        "low-precision-grads/reduce-precision": Mistake(
            slots={"unscale": "jax.lax.reduce_precision({0} / {1}, 8, 7)"}, **rounding
        ),
        "low-precision-grads/before-optax": Mistake(
            slots={
                "optimizer": "optax.chain(optax.stateless(lambda u, _: jax.tree.map("
                f"lambda v: v.astype({BF16}), u)), optax.sgd({{0}}))"
            },
            at=("optimizer", "update"),
            **rounding,
        ),
        "low-precision-grads/harmless": Mistake(
            slots={"unscale": f"{_cast(BF16)}.astype({FP32}) / {{1}}"}, warning=True, **rounding
        ),
    }


def _update() -> dict[str, Mistake]:
    ids, area = ("low-precision-update",), "update"
    either = ("low-precision-update", "master-downcast", "low-precision-grads")
    at = ("moved", "update")
    return {
        "low-precision-update/increment": Mistake(
            slots={"moved": f"{{0}} - ({{2}} * {{1}}).astype({BF16})"}, ids=ids, area=area
        ),
        "low-precision-update/increment-from-bf16": Mistake(
            slots={"moved": f"{{0}} - {{2}} * {{1}}.astype({BF16})"}, ids=ids[:1] + either[2:], area=area
        ),
        "low-precision-update/bf16-rate-and-grads": Mistake(
            slots={"moved": f"{{0}} - jnp.asarray({{2}}, {BF16}) * {{1}}.astype({BF16})"},
            ids=ids[:1] + either[2:],
            area=area,
        ),
        "low-precision-update/addition": Mistake(
            slots={"moved": f"({{0}}.astype({BF16}) - ({{2}} * {{1}}).astype({BF16})).astype({FP32})"},
            ids=either,
            area=area,
        ),
        "low-precision-update/all-of-it": Mistake(
            slots={"moved": f"({{0}}.astype({BF16}) - {{2}} * {{1}}.astype({BF16})).astype({FP32})"},
            ids=either,
            area=area,
        ),
        "low-precision-update/sum-rounded": Mistake(
            slots={"moved": f"({{0}} - {{2}} * {{1}}).astype({BF16}).astype({FP32})"},
            ids=either[:2],
            area=area,
        ),
        "low-precision-update/optax-chain": Mistake(
            slots={
                "optimizer": "optax.chain(optax.sgd({0}), optax.stateless(lambda u, _: jax.tree.map("
                f"lambda v: v.astype({BF16}), u)))"
            },
            ids=ids,
            at=("optimizer", "update"),
            area=area,
        ),
        "rounded-rate": Mistake(  # not in the catalogue: no finding is owed
            slots={"moved": f"{{0}} - jnp.asarray({{2}}, {BF16}) * {{1}}"}, allowed=ids, area=area
        ),
        "lr-ignored/by-hand": Mistake(
            slots={"moved": "{0} - 0.01 * {1}"}, ids=("lr-ignored",), at=at, area="lr"
        ),
        "lr-ignored/left-out": Mistake(slots={"moved": "{0} - {1}"}, ids=("lr-ignored",), at=at, area="lr"),
        "lr-ignored/optax": Mistake(
            slots={"optimizer": "optax.sgd(0.01)"}, ids=("lr-ignored",), at=("optimizer", "update"), area="lr"
        ),
        "update-discarded": Mistake(
            slots={"store": "{1}"},
            ids=("update-discarded", "stale-loss"),
            at=("store", "update"),
            area="discard",
        ),
        "update-discarded/clone": Mistake(
            slots={"target": "nnx.clone({0})"}, ids=("update-discarded",), at=("target",), area="discard"
        ),
    }


def _masters() -> dict[str, Mistake]:
    ids, area = ("master-downcast",), "masters"
    return {
        "master-downcast/kept": Mistake(slots={"master": _cast(BF16)}, ids=ids, area=area),
        "master-downcast/round-trip": Mistake(
            slots={"master": f"{_cast(BF16)}.astype({FP32})"}, ids=ids, area=area
        ),
        "master-downcast/param-dtype": Mistake(
            slots={"layer": f", param_dtype={BF16}"}, ids=ids, at=("layer",), area=area
        ),
        "master-downcast/stored": Mistake(slots={"stored": "{0}"}, ids=ids, area=area),
    }


def _returned() -> dict[str, Mistake]:
    old = {"keep": "{0}", "final": "before"}
    where = ("final", "shape", "keep")
    shape, dtype = ("wrong-output-shape",), ("wrong-output-dtype",)
    at = ("result", "shape", "final")
    return {
        "stale-loss": Mistake(slots=old, ids=("stale-loss",), at=where, area="stale"),
        "scaled-loss-returned": Mistake(
            slots={"result": f"({_cast(FP32)} * {{1}})"}, ids=("scaled-loss-returned",), at=at, area="result"
        ),
        "scaled-loss-returned/undivided": Mistake(
            slots={"divide": ""}, ids=("scaled-loss-returned",), at=("divide", "shape"), area="result"
        ),
        "seed-ignored": Mistake(slots={"seed": "0"}, ids=("seed-ignored",), area="seed"),
        "wrong-output-dtype/bf16": Mistake(slots={"result": _cast(BF16)}, ids=dtype, at=at, area="result"),
        "wrong-output-dtype/int32": Mistake(
            slots={"result": _cast("jnp.int32")}, ids=dtype, at=at, area="result"
        ),
        "wrong-output-shape/scalar": Mistake(slots={"shape": "{0}"}, ids=shape, area="shape"),
        "wrong-output-shape/matrix": Mistake(slots={"shape": "{0}.reshape(1, 1)"}, ids=shape, area="shape"),
        "wrong-output-shape/two": Mistake(
            slots={"shape": "jnp.broadcast_to({0}, (2,))"}, ids=shape, area="shape"
        ),
    }


def _halves() -> dict[str, Mistake]:
    """float16 in place of bfloat16, wherever that may stand."""
    half = _cast(FP16)
    everywhere = {f"{slot}.final?": half for slot in ("x", "y", "param", "kernel", "bias")}
    filled = {
        "forward": ({"param": half, "x": half, "y": half} | everywhere, "parameters"),
        "kernel-forward": ({"kernel": half, "bias": half, "x": half, "y": half} | everywhere, "parameters"),
        "layer": ({"precision": FP16, "y": half}, "parameters"),
        "parameters": ({"param": half, "param.final?": half}, "parameters"),
        "inputs": ({"x": half, "x.final?": half}, "parameters"),
        "targets": ({"y": half, "y.final?": half}, "parameters"),
        "scaled": ({"scale": f"({half} * {{1}}).astype({FP32})"}, "scale"),
        "unscaled": ({"unscale": f"({half} / {{1}}).astype({FP32})"}, "unscale-precision"),
        "grads": ({"unscale": f"({{0}} / {{1}}).astype({FP16}).astype({FP32})"}, "unscale-precision"),
        "grads-first": ({"unscale": f"{half}.astype({FP32}) / {{1}}"}, "unscale-precision"),
        "increment": ({"moved": f"{{0}} - ({{2}} * {{1}}).astype({FP16})"}, "update"),
        "masters": ({"master": half}, "masters"),
        "param-dtype": ({"layer": f", param_dtype={FP16}"}, "masters"),
        "stored": ({"stored": "{0}"}, "masters"),
    }
    wide = {"matmul", "error", "precision", "layer"}
    return {
        f"wrong-half-dtype/{name}": Mistake(
            slots=slots,
            ids=("wrong-half-dtype",),
            at=tuple(
                sorted({slot.rstrip("?") for slot in slots} | (wide if area == "parameters" else set()))
            ),
            area=area,
            half=FP16,
        )
        for name, (slots, area) in filled.items()
    }


MISTAKES: Mapping[str, Mistake] = (
    _forward() | _errors() | _scale() | _unscale() | _update() | _masters() | _returned() | _halves()
)
