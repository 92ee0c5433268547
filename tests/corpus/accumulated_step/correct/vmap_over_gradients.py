# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gdef, masters = nnx.split(layer)
    cast = lambda tree: jax.tree_util.tree_map(lambda a: a.astype(jnp.bfloat16), tree)

    def objective(params, batch):
        inputs, targets = cast(batch)
        predictions = nnx.merge(gdef, cast(params))(inputs)
        residual = predictions - targets
        return jnp.mean(residual * residual), {"pred": predictions}

    batches = jax.tree_util.tree_map(
        lambda a: jnp.stack(jnp.vsplit(jnp.asarray(a), micro_batches)), (x, y))
    (losses, aux), grads = jax.vmap(
        jax.value_and_grad(objective, has_aux=True), in_axes=(None, 0))(masters, batches)
    assert aux["pred"].dtype == jnp.bfloat16 and losses.dtype == jnp.bfloat16
    grads = jax.tree_util.tree_map(lambda g: jnp.mean(g, axis=0), grads)
    opt = optax.sgd(lr)
    steps, _ = opt.update(grads, opt.init(masters), masters)
    loss, _ = objective(optax.apply_updates(masters, steps), (jnp.asarray(x), jnp.asarray(y)))
    return jnp.atleast_1d(loss.astype(jnp.float32))
