# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, params = nnx.split(model, nnx.Param)
    vec, unravel = ravel_pytree(params)  # all parameters as one float32 vector

    def L(vec):
        net = nnx.merge(graph, jax.tree.map(lambda p: p.astype(jnp.float16), unravel(vec)))
        d = net(x.astype(jnp.float16)) - y.astype(jnp.float16)
        return jnp.mean(d * d)

    g = jax.grad(lambda v: L(v).astype(jnp.float32) * loss_scale)(vec) / loss_scale
    assert g.dtype == jnp.float32
    if (finite := bool(jnp.isfinite(g).all())):
        vec = vec - lr * g
    grow = finite and good_steps + 1 == growth_interval
    new_scale = min(loss_scale * 2, 2**24) if grow else loss_scale if finite else max(loss_scale / 2, 1.0)
    new_count = good_steps + 1 if finite and not grow else 0
    return jnp.array([L(vec).astype(jnp.float32), new_scale, new_count])
