"""What is asked for finiteness, and what becomes of scale and count, with switches for what can be wrong."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp

Parameters = dict[str, jax.Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Whether a step may be done.

    Attributes:
        of: "grads", one of them ("kernel", "bias"), "loss", "scaled-loss" (a product in float32),
            "half-scaled-loss" (the grads and a product in float16), "loss-too" (the grads and the loss) or
            "nothing".
        by: "finite", "nan" (only NaN counts as overflow), "inf" (only infinities do), "any" (one finite
            element is enough), "first" (the first element stands for its array), "first-eight" or "largest"
            (the largest one does, so that minus infinity passes).
    """

    of: str = "grads"
    by: str = "finite"

    def finite(self, loss: jax.Array, loss_scale: float, grads: Parameters) -> jax.Array:
        """The answer, bool ()."""
        match self.of:
            case "nothing":
                return jnp.asarray(True)  # noqa: FBT003 - an array that says yes
            case "loss":
                return jnp.isfinite(loss)
            case "scaled-loss":
                return jnp.isfinite(loss.astype(jnp.float32) * loss_scale)
            case "half-scaled-loss":
                half = jnp.isfinite(loss * jnp.asarray(loss_scale, loss.dtype))
                return half & jnp.stack([self._passes(grad) for grad in grads.values()]).all()
            case "grads" | "loss-too":
                passing = jnp.stack([self._passes(grad) for grad in grads.values()]).all()
                return passing if self.of == "grads" else passing & jnp.isfinite(loss)
            case name:
                return self._passes(grads[name])

    def _passes(self, grad: jax.Array) -> jax.Array:
        match self.by:
            case "nan":
                answer = ~jnp.isnan(grad).any()
            case "inf":
                answer = ~jnp.isinf(grad).any()
            case "any":
                answer = jnp.isfinite(grad).any()
            case "first":
                answer = jnp.isfinite(grad.ravel()[0])
            case "first-eight":
                answer = jnp.isfinite(grad.ravel()[:8]).all()
            case "largest":
                answer = jnp.isfinite(grad.max())
            case _:
                answer = jnp.isfinite(grad).all()
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The next scale and count.

    Attributes:
        growth, backoff: what the scale is multiplied by when it grows, and after an overflow.
        largest, smallest: its bounds. floor_at_one: the lower one holds a scale of exactly 1 only.
        streak_only: an overflow at a count of 0 leaves the scale as it is.
        each_time: at an interval of 1 it grows whatever the gradients are.
        ahead: how many steps early it grows (-1 is one late). always: at every good step.
        after_good, after_growth, after_overflow: what the count becomes: "next" (one more), "kept", "zero"
            or "one".
        returned: "next", or "old" for the scale that came in. dtype: what the scale is kept in.
    """

    growth: float = 2.0
    backoff: float = 0.5
    largest: float = 2.0**24
    smallest: float = 1.0
    floor_at_one: bool = False
    streak_only: bool = False
    each_time: bool = False
    ahead: int = 0
    always: bool = False
    after_good: str = "next"
    after_growth: str = "zero"
    after_overflow: str = "zero"
    returned: str = "next"
    dtype: str = "float32"

    def next(
        self, finite: jax.Array, loss_scale: float, good_steps: int, growth_interval: int
    ) -> tuple[jax.Array, jax.Array]:
        """The scale as float32 and the count as int32, each ()."""
        full = jnp.asarray(good_steps + 1 + self.ahead >= growth_interval) | self.always
        scale = jnp.asarray(loss_scale, self.dtype)
        grown = jnp.minimum(scale * self.growth, self.largest)
        reduced = scale if self.streak_only and good_steps == 0 else self._reduced(scale)
        reduced = grown if self.each_time and growth_interval == 1 else reduced
        found = jnp.where(finite, jnp.where(full, grown, scale), reduced)
        scale = scale if self.returned == "old" else found
        count = jnp.where(
            finite,
            jnp.where(full, counted(self.after_growth, good_steps), counted(self.after_good, good_steps)),
            counted(self.after_overflow, good_steps),
        )
        return scale.astype(jnp.float32), count.astype(jnp.int32)

    def _reduced(self, scale: jax.Array) -> jax.Array:
        if self.floor_at_one:
            return jnp.where(scale == 1, scale, scale * self.backoff)
        return jnp.maximum(scale * self.backoff, self.smallest)


def counted(how: str, good_steps: int) -> jax.Array:
    """A count that goes on, stays, or starts again."""
    return jnp.asarray({"next": good_steps + 1, "kept": good_steps, "zero": 0, "one": 1}[how])
