# expect: wrong_answer
# finding: wrong-half-dtype
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx


KINDS = {"brain": jnp.bfloat16, "half": jnp.float16}


@dataclass(frozen=True)
class Precision:
    param: Any = jnp.float32
    compute: Any = jnp.float32
    output: Any = jnp.float32

    @classmethod
    def mixed(cls, compute: Any) -> "Precision":
        return cls(compute=compute)


def tree_cast(tree, dtype):
    return jax.tree.map(lambda a: jnp.asarray(a).astype(dtype), tree)


class MixedLinear(nnx.Module):
    def __init__(self, din: int, dout: int, precision: Precision, *, rngs: nnx.Rngs):
        self.precision = precision
        self.fc = nnx.Linear(din, dout, dtype=precision.compute, param_dtype=precision.param, rngs=rngs)

    def loss(self, x, y):
        x, y = tree_cast((x, y), self.precision.compute)  #@ wrong-half-dtype
        return jnp.mean((self.fc(x) - y) ** 2).astype(self.precision.output)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    precision = Precision.mixed(KINDS["brain"])  #@ wrong-half-dtype
    model = MixedLinear(x.shape[1], y.shape[1], precision, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    grads = nnx.grad(lambda m: m.loss(x, y) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, tree_cast(grads, precision.param))

    finite = bool(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all())
    scale, count = loss_scale, good_steps
    if finite:
        optimizer.update(model, grads)
        count += 1
        if count >= growth_interval:
            scale, count = min(scale * 2.0, 2.0**24), 0
    else:
        scale, count = max(scale / 2.0, 1.0), 0
    return jnp.array([model.loss(x, y), scale, count], dtype=precision.output)
