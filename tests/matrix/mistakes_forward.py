"""Mistakes in the forward passes: casts, errors, float16."""

from matrix.mistake import Mistake, cast
from matrix.templates import BF16, FP32

FP16 = "jnp.float16"


def forward() -> dict[str, Mistake]:
    there_and_back = cast(BF16) + f".astype({FP32})"
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


def errors() -> dict[str, Mistake]:
    """Errors in float32: of the differentiated loss a warning, of the returned one an error."""
    wide = f"{{0}}.astype({FP32}) - {{1}}.astype({FP32})"
    wide_y = f"{cast(BF16)}.astype({FP32})"
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


def halves() -> dict[str, Mistake]:
    """float16 in place of bfloat16, wherever that may stand."""
    half = cast(FP16)
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
