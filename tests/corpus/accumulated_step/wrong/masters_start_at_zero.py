# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def init(seed, d_in, d_out):
    model = nnx.Linear(d_in, d_out, kernel_init=nnx.initializers.zeros_init(), rngs=nnx.Rngs(int(seed)))  #@ seed-ignored
    return {"w": model.kernel[...], "b": model.bias[...]}


def loss(p, x, y):
    q, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean(jnp.square(x @ q["w"] + q["b"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    p = init(seed, x.shape[1], y.shape[1])
    cut = lambda t: t.reshape(micro_batches, -1, t.shape[1])
    s, _ = jax.lax.scan(
        lambda s, xy: (jax.tree.map(jnp.add, s, jax.grad(loss)(p, *xy)), None),
        jax.tree.map(jnp.zeros_like, p), (cut(x), cut(y)))
    p = jax.tree.map(lambda a, g: a - lr * g / micro_batches, p, s)
    return loss(p, x, y).astype(jnp.float32).reshape(1)
