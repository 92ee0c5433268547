# expect: pitfall|wrong_answer
# finding: low-precision-grads
"""Wrong: each part's gradient is divided by the number of parts in bfloat16, before it is cast up and added."""
import jax
import jax.numpy as jnp
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def loss(half, x, y):
    return jnp.mean((x @ half[0] + half[1] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [model.kernel[...], model.bias[...]]
    xs, ys = cast((x, y), jnp.bfloat16)
    copy = cast(masters, jnp.bfloat16)
    mean = [jnp.zeros_like(p) for p in masters]
    for xb, yb in zip(jnp.split(xs, micro_batches), jnp.split(ys, micro_batches)):
        grads = jax.grad(loss)(copy, xb, yb)
        shares = [g / micro_batches for g in grads]  #@ low-precision-grads
        mean = [m + s.astype(jnp.float32) for m, s in zip(mean, shares)]
    masters = [p - lr * g for p, g in zip(masters, mean)]
    return loss(cast(masters, jnp.bfloat16), xs, ys).astype(jnp.float32).reshape(1)
