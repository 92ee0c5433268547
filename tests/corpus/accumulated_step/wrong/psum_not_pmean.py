# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ReplicaTrainer(nnx.Module):
    def __init__(self, din, dout, seed):
        self.body = nnx.Linear(din, dout, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(seed))

    def __call__(self, a):
        return self.body(a)


def accumulated_step(seed, x, y, lr, micro_batches):
    trainer = ReplicaTrainer(x.shape[1], y.shape[1], int(seed))
    gd, p = nnx.split(trainer)

    def loss(p, a, b):
        return optax.losses.squared_error(nnx.merge(gd, p)(a), b.astype(jnp.bfloat16)).mean()

    def per_replica(a, b):
        g = jax.grad(loss)(p, a, b)
        return jax.lax.psum(g, "batch")  #@ summed-grads

    a = x.reshape(micro_batches, -1, x.shape[1])
    b = y.reshape(micro_batches, -1, y.shape[1])
    g = jax.vmap(per_replica, axis_name="batch", out_axes=None)(a, b)
    tx = optax.sgd(lr)
    u, _ = tx.update(g, tx.init(p), p)  #@ summed-grads
    p = optax.apply_updates(p, u)
    return loss(p, x, y)[None].astype(jnp.float32)
