# expect: pitfall|wrong_answer
# finding: full-precision-forward
# allow: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def loss(params, x, y):
    pred = (x @ params[0] + params[1]).astype(jnp.bfloat16)  #@ full-precision-forward
    return jnp.mean((pred - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (lin.kernel[...], lin.bias[...])
    x, y = half((x, y))
    acc = jax.tree.map(jnp.zeros_like, masters)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        # with respect to the masters, so that the gradients are float32
        g = jax.grad(loss)(masters, xb, yb)  #@ full-precision-forward
        acc = jax.tree.map(jnp.add, acc, g)
    masters = jax.tree.map(lambda m, a: m - lr * a / micro_batches, masters, acc)
    return loss(half(masters), x, y).astype(jnp.float32).reshape(1)
