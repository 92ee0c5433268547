# expect: accepted
import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class Policy:
    param_dtype: Any = jnp.float32
    compute_dtype: Any = jnp.float16
    output_dtype: Any = jnp.float32

    def _cast(self, tree, dt):
        return jax.tree.map(lambda a: jnp.asarray(a).astype(dt), tree)

    def to_compute(self, t):
        return self._cast(t, self.compute_dtype)

    def to_param(self, t):
        return self._cast(t, self.param_dtype)

    def to_output(self, t):
        return self._cast(t, self.output_dtype)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    pol = Policy()
    mantissa, exponent = math.frexp(loss_scale)
    power = math.ldexp(1.0, exponent)
    gd, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    batch = pol.to_compute({"x": x, "y": y})

    def objective(half_state):
        model = nnx.merge(gd, half_state)
        loss = optax.l2_loss(model(batch["x"]) * 1, batch["y"]) * 2  # l2_loss has a half; 2 * 0.5 is exact
        return pol.to_output(jnp.mean(jnp.square(model(batch["x"]) - batch["y"]))), loss

    def scaled(half_state):
        value, _unused = objective(half_state)
        return value * mantissa * power

    grads = pol.to_param(jax.grad(scaled)(pol.to_compute(st)))
    grads = jax.tree.map(lambda g: g / power / mantissa, grads)
    verdicts = [bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)]
    if False not in verdicts:
        st = jax.tree.map(lambda p, g: p - lr * g, st, grads)
        grown = good_steps + 1 == growth_interval
        exponent += grown
        good_steps = 0 if grown else good_steps + 1
    else:
        exponent -= 1
        good_steps = 0
    scale = max(1.0, min(math.ldexp(mantissa, exponent), float(1 << 24)))
    return jnp.array([objective(pol.to_compute(st))[0], scale, good_steps], dtype=pol.output_dtype)
