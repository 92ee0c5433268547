# expect: wrong_answer
# allow: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    tx = optax.MultiSteps(
        optax.sgd(lr), every_k_schedule=micro_batches, use_grad_mean=False  #@ summed-grads
    )
    opt_state = tx.init(params)

    def loss_fn(params, x, y):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((nnx.merge(graphdef, half)(x) - y) ** 2)

    def step(carry, batch):
        params, opt_state = carry
        grads = jax.grad(loss_fn)(params, *batch)
        updates, opt_state = tx.update(grads, opt_state, params)
        return (optax.apply_updates(params, updates), opt_state), None

    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    xs = x.reshape((micro_batches, -1) + x.shape[1:])
    ys = y.reshape((micro_batches, -1) + y.shape[1:])
    (params, _), _ = jax.lax.scan(step, (params, opt_state), (xs, ys))

    return loss_fn(params, x, y).astype(jnp.float32)[None]
