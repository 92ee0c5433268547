# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def predict(params, x):
    out = jnp.einsum("ni,io->no", x, params["kernel"], preferred_element_type=jnp.float32)
    return out.astype(jnp.bfloat16) + params["bias"]


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel.get_value(), "bias": layer.bias.get_value()}
    tx = optax.chain(optax.identity(), optax.sgd(lr))
    opt_state = tx.init(params)

    def loss(params, x, y, divide_by=1):
        params, x, y = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (params, x, y))
        return jnp.mean(jnp.square(predict(params, x) - y)) / divide_by

    acc = jax.tree.map(jnp.zeros_like, params)
    for part in range(micro_batches):
        n = x.shape[0] // micro_batches
        here = jnp.arange(part * n, (part + 1) * n)
        g = jax.grad(loss)(params, jnp.take(x, here, axis=0), jnp.take(y, here, axis=0), micro_batches)
        acc = optax.tree.add(acc, g)

    updates, opt_state = tx.update(acc, opt_state, params)
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
