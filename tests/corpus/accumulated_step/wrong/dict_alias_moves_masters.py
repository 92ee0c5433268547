# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": lin.kernel[...], "b": lin.bias[...]}

    def loss(p, a, t):
        a, t = a.astype(jnp.bfloat16), t.astype(jnp.bfloat16)
        out = jnp.dot(a, p["w"].astype(jnp.bfloat16)) + p["b"].astype(jnp.bfloat16)
        return ((out - t) ** 2).mean()

    # the update is a sum, too: it can be made part by part in a second set
    new = masters  #@ update-per-micro-batch
    rate = lr / micro_batches
    m = x.shape[0] // micro_batches
    for i in range(micro_batches):
        sl = slice(i * m, (i + 1) * m)
        g = jax.grad(loss)(masters, x[sl], y[sl])
        for key in g:
            new[key] = new[key] - rate * g[key]  #@ update-per-micro-batch
    return loss(new, x, y).astype(jnp.float32)[jnp.newaxis]
