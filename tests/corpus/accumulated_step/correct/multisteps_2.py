# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    opt_state = tx.init(params)

    def loss(p, batch):
        xb, yb = cast(batch)
        return jnp.mean(jnp.square(nnx.merge(graphdef, cast(p))(xb) - yb))

    for k in range(micro_batches):
        n = len(x) // micro_batches
        g = jax.grad(loss)(params, (x[k * n : k * n + n], y[k * n : k * n + n]))
        updates, opt_state = tx.update(g, opt_state, params)
        params = optax.apply_updates(params, updates)  # zeros, until the last one

    return loss(params, (x, y)).astype(jnp.float32).reshape(-1)
