# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    solver = optax.sgd(learning_rate=lr)
    solver_state = solver.init(params)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    @jax.jit
    def loss(p, x, y):
        p = jax.tree.map(lambda t: t.astype(jnp.bfloat16), p)
        return jnp.mean(jnp.square(x @ p["w"] + p["b"] - y))

    g = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(
        params, x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1])
    )
    g = jax.tree.map(lambda t: t.mean(axis=0), g)
    updates, solver_state = solver.update(g, solver_state, params)
    optax.apply_updates(params, updates)  #@ update-discarded, stale-loss
    return loss(params, x, y).astype(jnp.float32).reshape(1)  #@ update-discarded, stale-loss
