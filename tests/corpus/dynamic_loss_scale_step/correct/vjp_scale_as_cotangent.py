# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx
from operator import and_


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graph, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def forward(state):
        model = nnx.merge(graph, jax.tree.map(lambda a: a.astype(jnp.float16), state))
        return jnp.square(model(x) - y).mean().astype(jnp.float32)

    _, pullback = jax.vjp(forward, masters)
    (cotangents,) = pullback(jnp.asarray(loss_scale, jnp.float32))
    grads = jax.tree.map(lambda c: c.astype(jnp.float32) / loss_scale, cotangents)
    ok = jax.tree.reduce(and_, jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
    masters = jax.tree.map(lambda m, g: jax.lax.select(ok, m - lr * g, m), masters, grads)
    good = good_steps + 1
    scale, count = (
        (max(loss_scale / 2, 1.0), 0) if not ok else
        (min(loss_scale * 2, 2.0**24), 0) if good == growth_interval else
        (loss_scale, good)
    )
    return jnp.array([forward(masters), scale, count], dtype=jnp.float32)
