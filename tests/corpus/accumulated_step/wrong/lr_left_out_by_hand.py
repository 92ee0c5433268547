# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(params, x16, y16):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.mean(jnp.square(x16 @ half[0] + half[1] - y16))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    xs = x16.reshape(micro_batches, -1, x.shape[1])
    ys = y16.reshape(micro_batches, -1, y.shape[1])

    def body(acc, b):
        return jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(params, *b)), None

    acc, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), (xs, ys))
    params = jax.tree.map(lambda p, a: p - a / micro_batches, params, acc)  #@ lr-ignored
    return loss_fn(params, x16, y16).astype(jnp.float32).reshape(1)
