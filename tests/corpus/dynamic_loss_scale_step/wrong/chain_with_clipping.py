# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
"""The optimizer chain gets scaled gradients and does all the rest itself."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_float32() -> optax.GradientTransformation:
    return optax.stateless(lambda updates, params: optax.tree.cast(updates, jnp.float32))


def unscale(scale) -> optax.GradientTransformation:
    return optax.stateless(lambda updates, params: jax.tree.map(lambda u: u / scale, updates))


def build_optimizer(lr, scale, max_norm=1.0):
    return optax.chain(
        to_float32(),
        optax.clip_by_global_norm(max_norm),  #@ clipped-scaled-grads
        unscale(scale),
        optax.sgd(lr),
    )


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    x16, y16 = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    scale = jnp.float32(loss_scale)

    def loss_fn(params):
        p = optax.tree.cast(params, jnp.float16)
        return jnp.mean((x16 @ p["kernel"] + p["bias"] - y16) ** 2).astype(jnp.float32)

    tx = build_optimizer(lr, scale)
    opt_state = tx.init(params)

    grads = jax.grad(lambda p: loss_fn(p) * scale)(params)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    updates, opt_state = tx.update(grads, opt_state, params)
    params = jax.tree.map(lambda p, u: jnp.where(finite, p + u, p), params, updates)

    count = jnp.where(finite, good_steps + 1, 0)
    grow = count >= growth_interval
    scale = jnp.where(finite, jnp.where(grow, scale * 2.0, scale), scale / 2.0)
    scale = jnp.clip(scale, 1.0, 2.0**24)
    count = jnp.where(grow, 0, count)
    return jnp.stack([loss_fn(params), scale, count.astype(jnp.float32)])
