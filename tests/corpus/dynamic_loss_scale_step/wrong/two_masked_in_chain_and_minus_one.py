# expect: wrong_answer
# finding: masked-by-multiplication
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))

    def loss(p):
        return jnp.mean((nnx.merge(gd, p)(x) - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(params)
    fin = jnp.stack([jnp.isfinite(a).all() for a in jax.tree.leaves(g)]).all()
    tx = optax.chain(
        optax.scale(1 / loss_scale),
        optax.sgd(lr),
        optax.stateless(lambda u, _: jax.tree.map(lambda a: a * fin, u)),  #@ masked-by-multiplication
    )
    u, _ = tx.update(g, tx.init(params), params)
    params = optax.apply_updates(params, u)
    hit = good_steps + 1 >= growth_interval
    s = jnp.where(fin, min(loss_scale * 2, 2.0**24) if hit else loss_scale, max(loss_scale - 1.0, 1.0))  #@ scale-not-reduced
    n = jnp.where(fin, 0 if hit else good_steps + 1, 0)
    return jnp.array([loss(params), s, n], dtype=jnp.float32)
