# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def part_loss(params, xb, yb):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((xb.astype(jnp.bfloat16) @ w + b - yb.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    xs = jnp.split(x, micro_batches)
    ys = jnp.split(y, micro_batches)

    def all_parts(params):
        return sum(part_loss(params, xb, yb).astype(jnp.float32) for xb, yb in zip(xs, ys))

    grads = jax.grad(all_parts)(params)
    grads = tuple(g / micro_batches for g in grads)

    sgd = optax.sgd(lr)
    updates, _ = sgd.update(grads, sgd.init(params))
    params = optax.apply_updates(params, updates)

    return jnp.expand_dims(part_loss(params, x, y).astype(jnp.float32), 0)
