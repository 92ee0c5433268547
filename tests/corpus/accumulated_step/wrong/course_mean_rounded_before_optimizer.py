# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
    return jnp.mean(jnp.square(x.astype(jnp.bfloat16) @ p["kernel"] + p["bias"] - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    acc = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(params, xb, yb))
    # gradients are bfloat16
    grads = jax.tree.map(lambda a: (a / micro_batches).astype(jnp.bfloat16), acc)  #@ low-precision-grads, low-precision-accumulator
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
