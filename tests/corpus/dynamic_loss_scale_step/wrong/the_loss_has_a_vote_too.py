# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graph, params, rest = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param, ...)
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss(params):
        return jnp.mean((nnx.merge(graph, optax.tree.cast(params, jnp.float16), rest)(x) - y) ** 2).astype(jnp.float32)

    scaled = jax.value_and_grad(lambda p: loss(p) * loss_scale)(params)
    true = jax.tree.map(lambda a: a.astype(jnp.float32) / loss_scale, scaled)
    ok = jax.tree.all(jax.tree.map(lambda a: bool(jnp.isfinite(a).all()), true))
    tx = optax.sgd(lr)
    if ok:
        params = optax.apply_updates(params, tx.update(true[1], tx.init(params), params)[0])
    nxt = [(max(loss_scale / 2, 1.0), 0), (loss_scale, good_steps + 1), (min(2 * loss_scale, 2.0**24), 0)]
    s, n = nxt[ok and 1 + (good_steps + 1 == growth_interval)]
    return jnp.array([loss(params), s, n], jnp.float32)
