# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def quadratic(p, x, y):
    x, y, (w, b) = jax.tree.map(jnp.bfloat16, (x, y, p))
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (jnp.asarray(lin.kernel[...]), jnp.asarray(lin.bias[...]))
    total = tuple(map(jnp.zeros_like, p))
    for x, y in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):  #@ partial-loss-returned
        total = tuple(map(jnp.add, total, jax.grad(quadratic)(p, x, y)))
    p = tuple(a - lr * (t / micro_batches) for a, t in zip(p, total))
    return quadratic(p, x, y).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
