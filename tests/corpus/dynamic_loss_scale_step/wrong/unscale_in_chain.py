# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def amp_sgd(lr, loss_scale):
    """SGD for gradients of a scaled loss."""
    return optax.chain(
        optax.scale(1.0 / loss_scale),  #@ doubly-unscaled-grads
        optax.scale_by_learning_rate(lr),
    )


def value_and_unscaled_grads(loss_fn, loss_scale):
    def wrapped(params):
        def scaled(p):
            loss = loss_fn(p)
            return loss.astype(jnp.float32) * loss_scale, loss

        grads, loss = jax.grad(scaled, has_aux=True)(params)
        return loss, optax.tree.scale(1.0 / loss_scale, optax.tree.cast(grads, jnp.float32))  #@ doubly-unscaled-grads

    return wrapped


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    batch = optax.tree.cast((x, y), jnp.float16)

    def loss_fn(params):
        x16, y16 = batch
        model = nnx.merge(graphdef, optax.tree.cast(params, jnp.float16))
        return jnp.mean(jnp.square(model(x16) - y16))

    tx = amp_sgd(lr, loss_scale)
    opt_state = tx.init(params)
    _, grads = value_and_unscaled_grads(loss_fn, loss_scale)(params)
    finite = jnp.isfinite(optax.tree.norm(grads))

    updates, _ = tx.update(grads, opt_state, params)
    params = optax.tree.where(finite, optax.apply_updates(params, updates), params)

    scale = jnp.asarray(loss_scale, jnp.float32)
    count = jnp.asarray(good_steps + 1, jnp.int32)
    grow = finite & (count >= growth_interval)
    scale = jnp.where(grow, jnp.minimum(scale * 2.0, 2.0**24), scale)
    scale = jnp.where(finite, scale, jnp.maximum(scale * 0.5, 1.0))
    count = jnp.where(finite & ~grow, count, 0)
    return jnp.stack([loss_fn(params).astype(jnp.float32), scale, count.astype(jnp.float32)])
