# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def bf(t):
        return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def loss(p, xb, yb):
        return jnp.mean(jnp.square(nnx.merge(graphdef, bf(p))(bf(xb)) - bf(yb)))

    def objective(p):
        rows = x.shape[0] // micro_batches
        total = 0.0
        for i in range(micro_batches):
            total = total + loss(p, x[i * rows : (i + 1) * rows], y[i * rows : (i + 1) * rows]).astype(jnp.float32)
        return total  #@ summed-grads

    grads = jax.grad(objective)(params)  #@ summed-grads
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)  #@ summed-grads
    return loss(params, x, y).astype(jnp.float32).reshape(1)
