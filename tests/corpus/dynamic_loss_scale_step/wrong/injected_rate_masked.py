# expect: wrong_answer
# finding: masked-by-multiplication
"""The learning rate is a hyperparameter of the optimizer's state, so that it can be changed for a step."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def is_finite(tree) -> jax.Array:
    return jnp.array([jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(tree)]).all()


def next_scale(finite, scale, good_steps, growth_interval):
    scale = jnp.float32(scale)
    n = good_steps + 1
    if n >= growth_interval:
        on_good = (jnp.minimum(scale * 2.0, 2.0**24), 0)
    else:
        on_good = (scale, n)
    on_bad = (jnp.maximum(scale * 0.5, 1.0), 0)
    return jax.tree.map(lambda g, b: jnp.where(finite, g, b), on_good, on_bad)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    params = nnx.as_pure(params)

    optimizer = optax.inject_hyperparams(optax.sgd)(learning_rate=lr)
    opt_state = optimizer.init(params)

    inputs, targets = (jnp.asarray(a, dtype=jnp.float16) for a in (x, y))

    def loss_fn(p):
        out = nnx.merge(graphdef, p)(inputs)
        return jnp.mean((out - targets) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    finite = is_finite(grads)
    opt_state.hyperparams["learning_rate"] = jnp.where(finite, lr, 0.0)  #@ masked-by-multiplication
    updates, opt_state = optimizer.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)

    scale, count = next_scale(finite, loss_scale, good_steps, growth_interval)
    return jnp.stack([loss_fn(params), scale, count.astype(jnp.float32)])
