# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale(grads, s):
    return jax.tree.map(lambda g: g.astype(jnp.float32) / s, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr))  #@ doubly-unscaled-grads

    def loss(params):
        p, xh, yh = optax.tree.cast((params, x, y), jnp.float16)
        return jnp.mean((nnx.merge(graphdef, p)(xh) - yh) ** 2)

    grads = unscale(jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params), loss_scale)  #@ doubly-unscaled-grads
    ok = jax.tree.reduce(lambda a, g: a and bool(jnp.isfinite(g).all()), grads, True)
    if ok:
        updates, _ = tx.update(grads, tx.init(params), params)  #@ doubly-unscaled-grads
        params = optax.apply_updates(params, updates)
    count = good_steps + 1 if ok else 0
    scale = loss_scale if ok else max(loss_scale / 2, 1.0)
    if count == growth_interval:
        scale, count = min(scale * 2, 2.0**24), 0
    return jnp.array([loss(params).astype(jnp.float32), scale, count], dtype=jnp.float32)
