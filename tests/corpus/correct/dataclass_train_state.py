# expect: accepted
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class TrainState:
    graphdef: object
    params: object
    opt_state: object
    tx: optax.GradientTransformation

    def apply_gradients(self, grads):
        updates, opt_state = self.tx.update(grads, self.opt_state, self.params)
        return dataclasses.replace(self, params=optax.apply_updates(self.params, updates), opt_state=opt_state)


def create(seed, d_in, d_out, lr):
    graphdef, params = nnx.split(nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed)))
    tx = optax.sgd(lr)
    return TrainState(graphdef, params, tx.init(params), tx)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    state = create(int(seed), x.shape[-1], y.shape[-1], lr)

    def loss_fn(params, dtype=jnp.bfloat16):
        low = optax.tree.cast(params, dtype)
        model = nnx.merge(state.graphdef, low)
        err = model(x.astype(dtype)) - y.astype(dtype)
        return (err**2).mean()

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(state.params)
    state = state.apply_gradients(jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(state.params).astype(jnp.float32).reshape([1])
