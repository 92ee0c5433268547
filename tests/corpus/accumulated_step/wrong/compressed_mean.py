# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compress(dtype=jnp.bfloat16) -> optax.GradientTransformation:
    """Brings the gradients into the form in which hosts exchange them."""

    def update(grads, params=None):
        del params
        wire = optax.tree.cast(grads, dtype)  #@ low-precision-grads
        return optax.tree.cast(wire, jnp.float32)

    return optax.stateless(update)


def make_loss(graphdef):
    def loss_fn(params, x, y):
        half = optax.tree.cast(params, jnp.bfloat16)
        preds = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))
        return optax.squared_error(preds, y.astype(jnp.bfloat16)).mean()

    return loss_fn


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    loss_fn = make_loss(graphdef)

    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    per_part = jax.vmap(jax.grad(loss_fn), in_axes=(None, 0, 0))(params, xs, ys)
    grads = jax.tree.map(lambda g: jnp.mean(g, axis=0), per_part)

    tx = optax.chain(compress(), optax.sgd(lr))  #@ low-precision-grads
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
