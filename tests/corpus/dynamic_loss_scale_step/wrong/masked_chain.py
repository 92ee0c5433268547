# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def matrices_only(tree):
    return jax.tree.map(lambda a: a.ndim > 1, tree)


def make_optimizer(lr, loss_scale):
    return optax.chain(
        optax.masked(optax.scale(1.0 / loss_scale), matrices_only),  #@ unscaled-grads
        optax.sgd(lr),
    )


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    tx = make_optimizer(lr, loss_scale)
    opt_state = tx.init(params)

    def loss_fn(params):
        p, xs, ys = jax.tree.map(lambda a: a.astype(jnp.float16), (params, x, y))
        return jnp.mean(jnp.square(xs @ p["kernel"] + p["bias"] - ys)).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_scale * loss_fn(p))(params)
    finite = jnp.isfinite(grads["kernel"]).all() & jnp.isfinite(grads["bias"]).all()
    updates, opt_state = tx.update(grads, opt_state, params)  #@ unscaled-grads
    new_params = optax.apply_updates(params, updates)  #@ unscaled-grads
    params = jax.tree.map(lambda n, o: jnp.where(finite, n, o), new_params, params)

    n = good_steps + 1
    due = n >= growth_interval
    scale = jnp.where(finite, min(loss_scale * 2, 2.0**24) if due else loss_scale, max(loss_scale / 2, 1.0))
    count = jnp.where(finite, 0 if due else n, 0)
    return jnp.stack([loss_fn(params), scale.astype(jnp.float32), count.astype(jnp.float32)])
