# expect: pitfall|wrong_answer
# finding: low-precision-update
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def loss(params, x, y):
    half = cast(params, jnp.bfloat16)
    return jnp.mean((x @ half[0] + half[1] - y) ** 2)


def keep_half():
    """a transformation at the end of the chain, so that the updates need half the memory"""
    return optax.stateless(lambda updates, params: cast(updates, jnp.bfloat16))  #@ low-precision-update


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    x, y = cast((x, y), jnp.bfloat16)
    grads = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.tree.map(lambda a, g: a + g / micro_batches, grads, jax.grad(loss)(params, xb, yb))
    tx = optax.chain(optax.sgd(lr), keep_half())  #@ low-precision-update
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32)[None]
