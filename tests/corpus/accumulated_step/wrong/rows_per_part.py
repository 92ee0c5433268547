# expect: wrong_answer|pitfall
# allow: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def data_loader(x, y, batch_size):
    for start in range(0, x.shape[0], batch_size):
        yield x[start:start + batch_size], y[start:start + batch_size]


def loss_fn(params, xb, yb):
    kernel = params["kernel"].astype(jnp.bfloat16)
    bias = params["bias"].astype(jnp.bfloat16)
    pred = xb.astype(jnp.bfloat16) @ kernel + bias
    return optax.squared_error(pred, yb.astype(jnp.bfloat16)).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    opt = optax.sgd(lr)
    opt_state = opt.init(params)

    grads = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in data_loader(x, y, batch_size=micro_batches):
        grads = jax.tree.map(jnp.add, grads, jax.grad(loss_fn)(params, xb, yb))
    grads = jax.tree.map(lambda g: g / micro_batches, grads)

    updates, opt_state = opt.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape((1,))
