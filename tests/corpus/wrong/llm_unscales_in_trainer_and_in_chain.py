# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
from __future__ import annotations

from dataclasses import dataclass
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass
class LossScale:
    value: float

    def scale(self, loss: jax.Array) -> jax.Array:
        return loss.astype(jnp.float32) * self.value

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.value, grads)


def build_optimizer(lr: float, scale: float) -> optax.GradientTransformation:
    """SGD with integrated unscaling."""
    return optax.chain(
        optax.scale(1.0 / scale),  #@ doubly-unscaled-grads
        optax.sgd(lr),
    )


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    ls = LossScale(loss_scale)
    tx = build_optimizer(lr, loss_scale)

    def loss_fn(params):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))
        return jnp.mean(jnp.square(pred - y.astype(jnp.bfloat16)))

    grads = jax.grad(lambda p: ls.scale(loss_fn(p)))(params)
    grads = ls.unscale(grads)  #@ doubly-unscaled-grads
    updates, _ = tx.update(grads, tx.init(params), params)  #@ doubly-unscaled-grads
    params = optax.apply_updates(params, updates)
    return loss_fn(params).astype(jnp.float32).reshape((1,))
