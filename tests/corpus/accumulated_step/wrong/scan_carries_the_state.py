# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
from typing import Any, NamedTuple
import jax, jax.numpy as jnp, optax
from flax import nnx


class TrainState(NamedTuple):
    params: Any
    opt_state: Any

    def apply_gradients(self, tx, grads):
        u, o = tx.update(grads, self.opt_state, self.params)
        return TrainState(optax.apply_updates(self.params, u), o)


def accumulated_step(seed, x, y, lr, micro_batches):
    static, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed))))
    tx = optax.chain(optax.scale(1.0 / micro_batches), optax.sgd(lr))
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)

    def loss(p, b):
        return jnp.mean(jnp.square(nnx.merge(static, p)(b[0]) - b[1]))

    def body(ts, b):
        l, g = jax.value_and_grad(loss)(ts.params, b)
        return ts.apply_gradients(tx, g), l  #@ update-per-micro-batch

    stack = lambda a: a.reshape(micro_batches, -1, a.shape[-1])
    ts, _ = jax.lax.scan(body, TrainState(params, tx.init(params)), (stack(x), stack(y)))
    return loss(ts.params, (x, y)).astype(jnp.float32).reshape(1)
