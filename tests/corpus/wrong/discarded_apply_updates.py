# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def bf16(tree):
    return jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    xb, yb = bf16((x, y))

    def loss(params):
        p = bf16(params)
        return jnp.mean((xb @ p["kernel"] + p["bias"] - yb) ** 2)

    optimizer = optax.sgd(lr)
    opt_state = optimizer.init(params)
    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = optimizer.update(grads, opt_state, params)
    optax.apply_updates(params, updates)  #@ update-discarded
    return loss(params).astype(jnp.float32).reshape(1)  #@ update-discarded, stale-loss
