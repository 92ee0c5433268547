# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.jit
def loss_fn(params, x, y):
    low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.mean((x @ low["kernel"] + low["bias"] - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    grads = jax.grad(lambda p: loss_fn(p, x, y).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)  #@ update-discarded
    loss = loss_fn(params, x, y)  #@ stale-loss
    return loss.astype(jnp.float32).reshape((1,))  #@ stale-loss
