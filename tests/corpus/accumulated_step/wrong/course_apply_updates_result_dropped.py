# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
    return jnp.mean((x.astype(jnp.bfloat16) @ p["w"] + p["b"] - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    opt = optax.sgd(lr)
    opt_state = opt.init(params)
    acc = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(params, xb, yb))
    grads = jax.tree.map(lambda a: a / micro_batches, acc)
    updates, opt_state = opt.update(grads, opt_state, params)
    optax.apply_updates(params, updates)  #@ update-discarded, stale-loss
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)  #@ update-discarded, stale-loss
