# expect: wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def is_clean(tree):
    for leaf in jax.tree.leaves(tree):
        if np.isnan(np.asarray(leaf)).any():  #@ partial-finite-check
            return False
    return True


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"k": lin.kernel[...], "b": lin.bias[...]}

    def loss(theta):
        h = {n: v.astype(jnp.float16) for n, v in theta.items()}
        return jnp.mean((x.astype(jnp.float16) @ h["k"] + h["b"] - y.astype(jnp.float16)) ** 2)

    g = jax.grad(lambda t: loss(t).astype(jnp.float32) * loss_scale)(theta)
    g = {n: v / loss_scale for n, v in g.items()}
    match is_clean(g), good_steps + 1 == growth_interval:
        case True, True:
            s, n = min(loss_scale * 2, 2.0**24), 0
        case True, False:
            s, n = loss_scale, good_steps + 1
        case _:
            s, n = max(loss_scale / 2, 1.0), 0
    if is_clean(g):
        theta = {n_: theta[n_] - lr * g[n_] for n_ in theta}
    return jnp.array([loss(theta).astype(jnp.float32), s, n], dtype=jnp.float32)
