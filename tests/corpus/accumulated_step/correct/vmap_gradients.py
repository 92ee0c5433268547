# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": m.kernel[...], "bias": m.bias[...]}
    xs, ys = jnp.split(x, micro_batches), jnp.split(y, micro_batches)
    xs, ys = jnp.stack(xs), jnp.stack(ys)

    def loss(p, a, b):
        q = {k: v.astype(jnp.bfloat16) for k, v in p.items()}
        out = jnp.dot(a.astype(jnp.bfloat16), q["kernel"]) + q["bias"]
        return jnp.mean((out - b.astype(jnp.bfloat16)) ** 2)

    per_part = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(p, xs, ys)
    g = {k: v.mean(axis=0) for k, v in per_part.items()}

    sgd = optax.sgd(lr)
    u, _ = sgd.update(g, sgd.init(p))
    p = optax.apply_updates(p, u)
    return jnp.array([loss(p, x, y)], dtype=jnp.float32)
