# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_dtype(tree, dtype):
    return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


def unscale_tree(grads, scale: float):
    """Divides by the scale and returns float32 gradients."""
    return jax.tree.map(lambda g: jnp.asarray(g / scale, dtype=jnp.float32), grads)  #@ low-precision-unscale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    x16, y16 = to_dtype((x, y), jnp.float16)

    def loss_fn(half_params):
        model = nnx.merge(graphdef, half_params)
        return jnp.mean((model(x16) - y16) ** 2).astype(jnp.float32)

    def scaled_loss_fn(half_params):
        return loss_fn(half_params) * loss_scale

    half_grads = jax.grad(scaled_loss_fn)(to_dtype(masters, jnp.float16))
    grads = unscale_tree(half_grads, loss_scale)

    finite = jax.tree.reduce(
        lambda acc, g: jnp.logical_and(acc, jnp.all(jnp.isfinite(g))), grads, jnp.bool_(True)
    )
    if finite.item():
        tx = optax.sgd(lr)
        updates, _ = tx.update(grads, tx.init(masters), masters)
        masters = optax.apply_updates(masters, updates)
        new_count = good_steps + 1
        if new_count < growth_interval:
            new_scale = loss_scale
        else:
            new_scale, new_count = min(loss_scale * 2, 2**24), 0
    else:
        new_scale, new_count = max(loss_scale / 2, 1), 0

    return jnp.array([loss_fn(to_dtype(masters, jnp.float16)), new_scale, new_count], dtype=jnp.float32)
