# expect: wrong_answer|pitfall
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, masters = nnx.split(model)
    cast = lambda tree, dtype: jax.tree.map(lambda a: a.astype(dtype), tree)
    working = cast(masters, jnp.float16)
    x, y = cast((x, y), jnp.float16)

    def loss(working):
        e = nnx.merge(gd, working)(x) - y
        return (e**2).mean()

    def scaled(working):
        return loss(working).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled)(working)
    ok = jax.tree.all(jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ low-precision-unscale
    grads = cast(grads, jnp.float32)

    if ok:
        opt = optax.sgd(lr)
        updates, _ = opt.update(grads, opt.init(masters), masters)
        masters = optax.apply_updates(masters, updates)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(cast(masters, jnp.float16)), loss_scale, good_steps], dtype=jnp.float32)
