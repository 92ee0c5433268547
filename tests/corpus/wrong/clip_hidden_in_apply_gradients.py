# expect: wrong_answer
# finding: clipped-scaled-grads
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class TrainState:
    params: Any
    tx: Any
    opt_state: Any
    loss_scale: Any

    def apply_gradients(self, grads):
        clipper = optax.clip(0.1)
        grads, _ = clipper.update(grads, clipper.init(grads))  #@ clipped-scaled-grads
        grads = jax.tree.map(lambda g: g / self.loss_scale, grads)
        updates, opt_state = self.tx.update(grads, self.opt_state, self.params)
        return replace(self, params=optax.apply_updates(self.params, updates), opt_state=opt_state)


def loss_fn(params, x, y):
    w, b = params["w"].astype(jnp.bfloat16), params["b"].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    tx = optax.sgd(lr)
    state = TrainState(params, tx, tx.init(params), loss_scale)
    grads = jax.grad(lambda p: loss_fn(p, x, y).astype(jnp.float32) * loss_scale)(state.params)
    state = state.apply_gradients(grads)
    return loss_fn(state.params, x, y).astype(jnp.float32).reshape(1)
