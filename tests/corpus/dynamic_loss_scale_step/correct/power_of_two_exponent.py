# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    flat, treedef = jax.tree.flatten(nnx.state(model, nnx.Param))
    graphdef = nnx.graphdef(model)

    def h(leaves):
        return [leaf.astype(jnp.float16) for leaf in leaves]

    def loss(leaves):
        m = nnx.merge(graphdef, jax.tree.unflatten(treedef, h(leaves)))
        return jnp.square(m(x.astype(jnp.float16)) - y.astype(jnp.float16)).mean()

    g = jax.grad(lambda leaves: loss(leaves).astype(jnp.float32) * loss_scale)(flat)
    g = [gi / loss_scale for gi in g]
    finite = all(np.isfinite(np.asarray(gi)).all() for gi in g)
    if finite:
        flat = [p - lr * gi for p, gi in zip(flat, g)]

    reached = finite and good_steps + 1 == growth_interval
    exponent = int(reached) - int(not finite)  # 1, 0 or -1
    scale = np.clip(loss_scale * 2.0**exponent, 1.0, 2.0**24)
    count = (good_steps + 1) * (exponent == 0)
    return jnp.array([loss(flat).astype(jnp.float32), scale, count], dtype=jnp.float32)
