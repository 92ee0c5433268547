# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (lin.kernel[...], lin.bias[...])
    h = lambda t: t.astype(jnp.bfloat16)

    def loss(m, a, b):
        return jnp.mean((h(a) @ h(m[0]) + h(m[1]) - h(b)) ** 2)

    X, Y = jnp.split(x, micro_batches), jnp.split(y, micro_batches)
    jobs = []
    for i in range(micro_batches):
        jobs.append(lambda: jax.grad(loss)(masters, X[i], Y[i]))  #@ last-micro-batch-only
    # run the queue
    done = [job() for job in jobs]
    mean = [sum(gs) / micro_batches for gs in zip(*done)]
    masters = tuple(m - lr * g for m, g in zip(masters, mean))
    return loss(masters, x, y).astype(jnp.float32).reshape(1)
