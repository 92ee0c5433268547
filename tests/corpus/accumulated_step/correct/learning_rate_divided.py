# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def bf(t):
    return jax.tree.map(lambda a: jax.lax.convert_element_type(a, jnp.bfloat16), t)


def loss_fn(params, data):
    (w, b), (x, y) = bf(params), bf(data)
    return optax.l2_loss(x @ w + b, y).mean() * 2


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    # sum of the gradients times lr / n = mean of the gradients times lr
    optimizer = optax.sgd(lr / micro_batches)
    opt_state = optimizer.init(params)

    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    summed = jax.grad(loss_fn)(params, parts[0])
    for part in parts[1:]:
        summed = optax.tree_utils.tree_add(summed, jax.grad(loss_fn)(params, part))

    updates, _ = optimizer.update(summed, opt_state)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, (x, y)).astype(jnp.float32).reshape(1)
