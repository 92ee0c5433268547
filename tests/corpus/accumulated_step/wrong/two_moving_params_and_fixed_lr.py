# expect: wrong_answer
# finding: update-per-micro-batch
# finding: lr-ignored
# allow: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

optimizer = optax.sgd(learning_rate=0.05)  #@ lr-ignored


def objective(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean((x @ p["k"] + p["b"] - y) ** 2)


@jax.jit
def step(p, s, x, y):
    u, s = optimizer.update(jax.grad(objective)(p, x, y), s, p)
    return optax.apply_updates(p, u), s  #@ update-per-micro-batch


def accumulated_step(seed, x, y, lr, micro_batches):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": l.kernel[...], "b": l.bias[...]}
    s = optimizer.init(p)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        p, s = step(p, s, xb, yb)  #@ update-per-micro-batch
    return objective(p, x, y).astype(jnp.float32).reshape(1)
