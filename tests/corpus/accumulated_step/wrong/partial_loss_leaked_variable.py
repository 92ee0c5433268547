# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model, xb, yb):
        return jnp.mean(jnp.square(model(xb) - yb))

    n = x.shape[0] // micro_batches
    total = None
    for i in range(micro_batches):
        xb, yb = x[n * i:n * (i + 1)], y[n * i:n * (i + 1)]
        g = nnx.grad(loss_fn)(model, xb, yb)
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    final = loss_fn(model, xb, yb)  #@ partial-loss-returned
    return final.astype(jnp.float32).reshape(1)
