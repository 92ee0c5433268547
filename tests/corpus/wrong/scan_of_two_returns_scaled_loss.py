# expect: wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx

HALF, FULL = jnp.bfloat16, jnp.float32


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    start = {"w": lin.kernel[...], "b": lin.bias[...]}

    def loss(p):
        p, a, t = jax.tree.map(lambda v: v.astype(HALF), (p, x, y))
        return jnp.mean((a @ p["w"] + p["b"] - t) ** 2).astype(FULL) * loss_scale

    def body(p, rate):
        value, grads = jax.value_and_grad(loss)(p)
        grads = jax.tree.map(lambda g: g / loss_scale, grads)
        return jax.tree.map(lambda q, g: q - rate * g, p, grads), value

    # one step, and one of length zero: its loss is the one after the step
    _, history = jax.lax.scan(body, start, jnp.array([lr, 0.0], FULL))
    return history[1:]  #@ scaled-loss-returned
