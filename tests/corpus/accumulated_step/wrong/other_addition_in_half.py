# expect: wrong_answer|pitfall
# finding: low-precision-update|master-downcast
# allow: low-precision-update
# allow: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def full(t):
    return jax.tree.map(lambda a: a.astype(jnp.float32), t)


def mse(params, batch):
    params, (inputs, labels) = half(params), half(batch)
    return ((inputs @ params["w"] + params["b"] - labels) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": m.kernel[...], "b": m.bias[...]}
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    grads = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.tree.map(jnp.add, grads, jax.grad(mse)(params, (xb, yb)))
    grads = jax.tree.map(lambda g: g / micro_batches, grads)

    updates, opt_state = tx.update(grads, opt_state, params)
    params = full(optax.apply_updates(half(params), half(updates)))  #@ low-precision-update
    return mse(params, (x, y)).astype(jnp.float32).reshape((1,))
