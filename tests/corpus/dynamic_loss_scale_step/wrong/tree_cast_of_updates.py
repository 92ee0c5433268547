# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def match_dtype(tree, like):
    return jax.tree.map(lambda t, l: t.astype(l.dtype), tree, like)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    definition, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    data = tuple(jnp.asarray(a).astype(jnp.float16) for a in (x, y))
    tx = optax.sgd(lr)

    def apply_loss(half):
        return jnp.mean(jnp.square(nnx.merge(definition, half)(data[0]) - data[1])).astype(jnp.float32)

    def cast(tree):
        return jax.tree.map(lambda a: a.astype(jnp.float16), tree)

    @jax.jit
    def step(masters, scale, count):
        half = cast(masters)
        grads = match_dtype(jax.grad(lambda h: apply_loss(h) * scale)(half), masters)
        grads = jax.tree.map(lambda g: g / scale, grads)
        ok = jax.tree.reduce(lambda a, g: a & jnp.isfinite(g).all(), grads, True)
        updates, _ = tx.update(grads, tx.init(masters), masters)
        updates = match_dtype(updates, half)  #@ low-precision-update
        masters = jax.lax.cond(ok, lambda: optax.apply_updates(masters, updates), lambda: masters)
        reached = count + 1 >= growth_interval
        scale = jnp.where(ok, jnp.where(reached, jnp.minimum(scale * 2, 2.0**24), scale), jnp.maximum(scale / 2, 1.0))
        return masters, scale, jnp.where(ok & ~reached, count + 1, 0)

    masters, scale, count = step(masters, jnp.float32(loss_scale), good_steps)
    return jnp.array([apply_loss(cast(masters)), scale, count.astype(jnp.float32)])
