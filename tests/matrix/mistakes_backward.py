"""Mistakes from the scaled loss to the new parameters."""

from matrix.mistake import Mistake, cast
from matrix.templates import BF16, FP32


def scale() -> dict[str, Mistake]:
    missing, low = ("missing-loss-scale",), ("low-precision-loss-scale",)
    where = ("scale", "grad", "loss")
    rounded = f"jnp.asarray({{1}}, {BF16})"
    return {
        "missing-loss-scale/divided": Mistake(
            slots={"scale": cast(FP32)}, ids=missing, at=where, area="scale"
        ),
        "missing-loss-scale/in-bf16": Mistake(slots={"scale": "{0}"}, ids=missing, at=where, area="scale"),
        "missing-loss-scale/nowhere": Mistake(
            slots={"scale": cast(FP32), "unscale": "{0}"}, ids=missing, at=where, area="scale"
        ),
        "missing-loss-scale/nowhere-chain": Mistake(
            slots={"scale": cast(FP32), "inverse": "1.0"}, ids=missing, at=where, area="scale"
        ),
        "missing-loss-scale/constant": Mistake(
            slots={"scale": cast(FP32) + " * 1024.0"}, ids=missing, at=where, area="scale"
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
            slots={"scale": f"{cast(FP32)} * {rounded}.astype({FP32})"}, ids=low, area="scale"
        ),
        "low-precision-loss-scale/rounded-and-promoted": Mistake(
            slots={"scale": f"{cast(FP32)} * {rounded}"}, ids=low, area="scale"
        ),
        "low-precision-loss-scale/cotangent": Mistake(
            slots={"cotangent": f"jnp.asarray({{0}}, {BF16}).astype({FP32})"}, ids=low, area="scale"
        ),
        "unscaled-grads/scaled-twice": Mistake(
            slots={"scale": cast(FP32) + " * {1} * {1}"},
            ids=("unscaled-grads",),
            at=("scale", "update"),
            area="scale",
        ),
    }


def unscale() -> dict[str, Mistake]:
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
        "low-precision-unscale": Mistake(slots={"unscale": f"{cast(BF16)} / {{1}}"}, **dividing),
        "low-precision-unscale/promoted": Mistake(
            slots={"unscale": f"({cast(BF16)} / {{1}}).astype({FP32})"}, **dividing
        ),
        "low-precision-unscale/by-inverse": Mistake(
            slots={"unscale": f"({cast(BF16)} * (1.0 / {{1}})).astype({FP32})"}, **dividing
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
            slots={"unscale": f"{cast(BF16)}.astype({FP32}) / {{1}}"}, warning=True, **rounding
        ),
    }


def clip() -> dict[str, Mistake]:
    ids, area = ("clipped-scaled-grads",), "clip"
    by_value, by_norm = "jnp.clip({0}, -1.0, 1.0)", "optax.clip_by_global_norm(1.0)"
    moment, norm = "(jnp.sqrt({0} * {0}) + 1e-8)", "jnp.sqrt(jnp.sum(jnp.square({0})))"
    at = ("optimizer", "update")
    return {
        "clipped-scaled-grads/values": Mistake(slots={"unscale": f"{by_value} / {{1}}"}, ids=ids, area=area),
        "clipped-scaled-grads/choice": Mistake(
            slots={"unscale": "jnp.where({0} > 1.0, 1.0, {0}) / {1}"}, ids=ids, area=area
        ),
        "clipped-scaled-grads/norm": Mistake(
            slots={"unscale": f"{{0}} * jnp.minimum(1.0, 1.0 / {norm}) / {{1}}"}, ids=ids, area=area
        ),
        "clipped-scaled-grads/normalised": Mistake(
            slots={"unscale": f"{{0}} / {norm} / {{1}}"}, ids=ids, area=area
        ),
        "clipped-scaled-grads/sign": Mistake(slots={"unscale": "jnp.sign({0}) / {1}"}, ids=ids, area=area),
        "clipped-scaled-grads/moment": Mistake(
            slots={"unscale": f"{{0}} / {moment} / {{1}}"}, ids=ids, area=area
        ),
        "clipped-scaled-grads/never-divided": Mistake(
            slots={"unscale": "{0}", "optimizer": f"optax.chain({by_norm}, optax.sgd({{0}}))"},
            ids=ids,
            at=at,
            area=area,
        ),
        "clipped-scaled-grads/adam": Mistake(
            slots={"unscale": "{0}", "optimizer": "optax.adam({0}, eps=1e-4)"}, ids=ids, at=at, area=area
        ),
        "clipped-scaled-grads/chain": Mistake(
            slots={
                "inverse": "1.0",
                "optimizer": f"optax.chain({by_norm}, optax.scale(1.0 / loss_scale), optax.sgd({{0}}))",
            },
            ids=ids,
            at=at,
            area=area,
        ),
        # Not in the catalogue, or right: no finding is owed.
        "clipped/after": Mistake(slots={"unscale": "jnp.clip({0} / {1}, -1.0, 1.0)"}, area=area),
        "clipped/scaled-limit": Mistake(slots={"unscale": "jnp.clip({0}, -{1}, {1}) / {1}"}, area=area),
        "clipped/in-the-chain-after": Mistake(
            slots={"optimizer": f"optax.chain({by_norm}, optax.sgd({{0}}))"}, area=area
        ),
        "clipped/adam-after": Mistake(slots={"optimizer": "optax.adam({0})"}, area=area),
        "clipped/finite-or-nothing": Mistake(
            slots={"unscale": "jnp.where(jnp.isfinite({0}), {0}, 0.0) / {1}"}, area=area
        ),
    }


def update() -> dict[str, Mistake]:
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


def masters() -> dict[str, Mistake]:
    ids, area = ("master-downcast",), "masters"
    return {
        "master-downcast/kept": Mistake(slots={"master": cast(BF16)}, ids=ids, area=area),
        "master-downcast/round-trip": Mistake(
            slots={"master": f"{cast(BF16)}.astype({FP32})"}, ids=ids, area=area
        ),
        "master-downcast/param-dtype": Mistake(
            slots={"layer": f", param_dtype={BF16}"}, ids=ids, at=("layer",), area=area
        ),
        "master-downcast/stored": Mistake(slots={"stored": "{0}"}, ids=ids, area=area),
    }
