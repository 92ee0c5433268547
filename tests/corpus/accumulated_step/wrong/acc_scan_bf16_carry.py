# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(params, xb, yb):
    w, b = [p.astype(jnp.bfloat16) for p in params]
    return jnp.mean(jnp.square(xb @ w + b - yb))


@partial(jax.jit, static_argnames="micro_batches")
def train(params, x, y, lr, micro_batches):
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    def body(acc, batch):
        g = jax.grad(loss_fn)(params, *batch)
        return jax.tree.map(lambda a, b: (a + b).astype(a.dtype), acc, g), None  #@ low-precision-accumulator, low-precision-grads

    init = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.bfloat16), params)  #@ low-precision-accumulator, low-precision-grads
    total, _ = jax.lax.scan(body, init, (xs, ys))
    new = jax.tree.map(lambda p, t: p - lr * (t.astype(jnp.float32) / micro_batches), params, total)
    return loss_fn(new, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    loss = train((m.kernel[...], m.bias[...]), x, y, lr, micro_batches)
    return loss.astype(jnp.float32).reshape(1)
