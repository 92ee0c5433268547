# expect: accepted
import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class TrainState:
    params: Any
    opt_state: Any
    tx: Any

    def apply_gradients(self, grads):
        updates, opt_state = self.tx.update(grads, self.opt_state, self.params)
        return dataclasses.replace(
            self, params=optax.apply_updates(self.params, updates), opt_state=opt_state
        )


def create_state(seed, d_in, d_out, lr):
    m = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    params = {"kernel": m.kernel.get_value(), "bias": m.bias.get_value()}
    tx = optax.sgd(learning_rate=lr)
    return TrainState(params, tx.init(params), tx)


def compute_loss(params, batch):
    p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
    xb, yb = jax.tree.map(lambda a: a.astype(jnp.bfloat16), batch)
    logits = jnp.einsum("ni,io->no", xb, p["kernel"]) + p["bias"]
    return jnp.mean(jnp.square(logits - yb))


def accumulated_step(seed, x, y, lr, micro_batches):
    state = create_state(seed, x.shape[1], y.shape[1], lr)
    batches = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    grads = jax.grad(compute_loss)(state.params, batches[0])
    for batch in batches[1:]:
        g = jax.grad(compute_loss)(state.params, batch)
        grads = optax.tree.add(grads, g)
    grads = optax.tree.scale(1.0 / micro_batches, grads)
    state = state.apply_gradients(grads)
    return compute_loss(state.params, (x, y)).astype(jnp.float32).reshape(1)
