# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax, jax.numpy as jnp, optax
from flax import nnx


def make_loss(graphdef, x, y, loss_scale):
    def loss_fn(state):
        cast = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
        model = nnx.merge(graphdef, cast(state))
        loss = jnp.mean(jnp.square(model(cast(x)) - cast(y))).astype(jnp.float32)
        scaled = loss * loss_scale
        return loss, scaled  #@ missing-loss-scale
    return loss_fn


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    loss_fn = make_loss(graphdef, x, y, loss_scale)
    tx = optax.sgd(lr)
    (_, scaled), grads = jax.value_and_grad(loss_fn, has_aux=True)(state)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, _ = tx.update(grads, tx.init(state))
    state = optax.apply_updates(state, updates)
    return jnp.reshape(loss_fn(state)[0], (1,))
