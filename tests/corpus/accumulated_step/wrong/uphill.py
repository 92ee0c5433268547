# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    n = x.shape[0] // micro_batches

    @jax.value_and_grad
    def loss_and_grad(params, xb, yb):
        p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
        r = jnp.dot(xb.astype(jnp.bfloat16), p["w"]) + p["b"] - yb.astype(jnp.bfloat16)
        return jnp.mean(r ** 2)

    total = {"w": 0.0, "b": 0.0}
    for k in range(micro_batches):
        _, g = loss_and_grad(params, x[k * n:(k + 1) * n], y[k * n:(k + 1) * n])
        total = {name: total[name] + g[name] for name in total}

    # plain SGD is nothing but a scaling by the learning rate
    tx = optax.chain(optax.scale(1 / micro_batches), optax.scale(lr))
    updates, _ = tx.update(total, tx.init(params))
    params = optax.apply_updates(params, updates)
    final, _ = loss_and_grad(params, x, y)
    return final.astype(jnp.float32)[None]
