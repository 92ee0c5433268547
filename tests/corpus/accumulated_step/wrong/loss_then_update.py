# expect: wrong_answer|pitfall
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, inputs, targets):
    kernel, bias = params
    inputs, targets, kernel, bias = (
        a.astype(jnp.bfloat16) for a in (inputs, targets, kernel, bias)
    )
    return jnp.square(inputs @ kernel + bias - targets).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = optax.sgd(lr)
    params = (linear.kernel[...], linear.bias[...])
    opt_state = optimizer.init(params)

    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    total = jax.tree.map(jnp.zeros_like, params)
    for k in range(micro_batches):
        total = jax.tree.map(jnp.add, total, jax.grad(mse)(params, xs[k], ys[k]))
    grads = jax.tree.map(lambda t: t / micro_batches, total)

    loss = mse(params, x, y)  #@ stale-loss
    updates, opt_state = optimizer.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)
    linear.kernel[...], linear.bias[...] = params
    return loss.astype(jnp.float32).reshape(1)  #@ stale-loss
