# expect: wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss(p, x, y):
    w, b, x, y = [jnp.asarray(a, jnp.bfloat16) for a in (*p, x, y)]
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    old = [np.array(m.kernel[...]), np.array(m.bias[...])]
    new = list(old)  #@ update-per-micro-batch
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(loss)([jnp.array(o) for o in old], xs, ys)
        for n, g in zip(new, grads):
            n -= np.float32(lr / micro_batches) * np.asarray(g)  #@ update-per-micro-batch
    return loss(new, x, y).astype(jnp.float32).reshape(1)
