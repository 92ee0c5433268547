# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    tx = optax.sgd(lr)
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    @jax.jit
    def loss(p):
        return jnp.mean((x @ p["kernel"].astype(jnp.float16) + p["bias"].astype(jnp.float16) - y) ** 2)

    @jax.jit
    def step(p, scale):
        grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(p)
        grads = jax.tree.map(lambda g: g / scale, grads)
        finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
        updates, _ = tx.update(grads, tx.init(p), p)
        updates = optax.tree.cast(updates, jnp.float16)  #@ low-precision-update
        new = optax.apply_updates(p, updates)
        return jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, p), finite

    params, finite = step(params, jnp.float32(loss_scale))
    if not finite:
        scale, count = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 == growth_interval:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = loss_scale, good_steps + 1
    return jnp.array([loss(params), scale, count], jnp.float32)
