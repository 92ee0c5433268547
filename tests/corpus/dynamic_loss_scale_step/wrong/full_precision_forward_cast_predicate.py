# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed(tree, wide=jnp.float64, narrow=jnp.float16):  #@ full-precision-forward
    """Cast wide leaves, leave ints and the rest alone."""
    return jax.tree.map(lambda a: a.astype(narrow) if a.dtype == wide else a, tree)  #@ full-precision-forward


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    inputs, targets = jnp.float16(x), jnp.float16(y)
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss_fn(params):
        model = nnx.merge(graphdef, mixed(params))  #@ full-precision-forward
        return optax.squared_error(model(inputs), targets).mean()  #@ full-precision-forward

    def scaled_loss_fn(params):
        return jnp.asarray(loss_fn(params), jnp.float32) * loss_scale

    grads = jax.grad(scaled_loss_fn)(params)
    grads = jax.tree.map(lambda g: jnp.asarray(g, jnp.float32) / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = jax.tree.map(lambda n, o: jnp.where(finite, n, o), optax.apply_updates(params, updates), params)

    if finite:
        good_steps += 1
        if good_steps == growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2.0, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale * 0.5, 1.0)
    return jnp.array([jnp.asarray(loss_fn(params), jnp.float32), loss_scale, good_steps], jnp.float32)
