# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}

    def loss(params, x, y):
        p, x, y = half((params, x, y))
        return jnp.mean(jnp.square(x @ p["kernel"] + p["bias"] - y))

    tx = optax.sgd(lr)

    def apply(params, grads):
        steps, _ = tx.update(grads, tx.init(params))
        return jax.tree.map(lambda p, s: p - s, params, steps)

    def body(acc, part):
        return optax.tree.add(acc, jax.grad(loss)(params, *part)), None

    parts = jax.tree.map(lambda a: a.reshape(micro_batches, -1, a.shape[-1]), (x, y))
    acc, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), parts)
    params = apply(params, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss(params, x, y).astype(jnp.float32).reshape(1)
