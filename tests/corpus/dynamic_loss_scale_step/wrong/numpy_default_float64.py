# expect: wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        return jnp.mean(jnp.square(m(x) - y.astype(jnp.float16))).astype(jnp.float32)

    g = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    if all(np.isfinite(a).all() for a in jax.tree.leaves(g)):
        opt.update(model, g)
        n, s = good_steps + 1, loss_scale
        if n == growth_interval:
            n, s = 0, min(2 * s, 2.0**24)
    else:
        n, s = 0, max(loss_scale / 2, 1.0)
    return np.array([float(loss_fn(model)), s, n])  #@ wrong-output-dtype
