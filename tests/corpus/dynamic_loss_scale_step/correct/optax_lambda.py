# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    masters = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    masters = nnx.to_pure_dict(masters)

    # unscaling is one more link of the chain
    tx = optax.chain(
        optax.stateless(lambda g, _: optax.tree.cast(g, jnp.float32)),
        optax.scale(1.0 / loss_scale),
        optax.sgd(lr),
    )

    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)
    copy16 = optax.tree.cast(masters, jnp.float16)

    def half_mse(p):
        return jnp.mean((x16 @ p["kernel"] + p["bias"] - y16) ** 2)

    g16 = jax.grad(lambda p: half_mse(p).astype(jnp.float32) * loss_scale)(copy16)
    overflow = sum(int(jnp.sum(~jnp.isfinite(leaf))) for leaf in jax.tree.leaves(g16)) > 0

    updates, _ = tx.update(g16, tx.init(masters), masters)
    masters = masters if overflow else optax.apply_updates(masters, updates)

    good_steps = 0 if overflow else good_steps + 1
    if overflow:
        loss_scale = loss_scale * 0.5 if loss_scale >= 2.0 else 1.0
    if good_steps == growth_interval:
        loss_scale = min(loss_scale + loss_scale, 2.0**24)
        good_steps = 0
    final = half_mse(optax.tree.cast(masters, jnp.float16)).astype(jnp.float32)
    return jnp.concatenate([final[None], jnp.array([loss_scale, good_steps], jnp.float32)])
