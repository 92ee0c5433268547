# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def tree_all_finite(tree):
    leaves, _ = jax.tree_util.tree_flatten(tree)
    checks = [jnp.all(jnp.isfinite(leaf)) for leaf in leaves]
    return jnp.stack(checks).all()


def tree_scale(tree, factor):
    return jax.tree_util.tree_map(lambda leaf: leaf.astype(jnp.float32) * factor, tree)


def tree_select(pred, on_true, on_false):
    return jax.tree_util.tree_map(lambda a, b: jax.lax.select(pred, a, b), on_true, on_false)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(in_features=x.shape[1], out_features=y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    trainer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    data = (jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16))

    def plain(model, data):
        inputs, targets = data
        residual = model(inputs) - targets
        return jnp.mean(residual * residual)

    def amplified(model, data):
        return plain(model, data).astype(jnp.float32) * jnp.float32(loss_scale)

    grads = nnx.grad(amplified)(model, data)
    grads = tree_scale(grads, 1.0 / jnp.float32(loss_scale))
    finite = tree_all_finite(grads)
    # plain SGD doesn't move where the gradient is 0
    grads = tree_select(finite, grads, jax.tree_util.tree_map(jnp.zeros_like, grads))
    trainer.update(model, grads)

    scale = jnp.float32(loss_scale)
    due = jnp.int32(good_steps + 1) >= growth_interval
    scale = jax.lax.select(finite, jax.lax.select(due, scale * 2, scale), scale / 2)
    scale = jnp.clip(scale, 1.0, float(1 << 24))
    count = jnp.where(finite & ~due, good_steps + 1, 0)
    return jnp.stack([plain(model, data).astype(jnp.float32), scale, count.astype(jnp.float32)])
