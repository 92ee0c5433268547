# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def skip_bad_steps():
    """optax transformation: no update where a gradient is not finite."""

    def init(params):
        return optax.EmptyState()

    def update(updates, state, params=None):
        ok = jax.tree.reduce(lambda a, g: a & jnp.isfinite(g).all(), updates, jnp.array(True))
        return jax.tree.map(lambda u: u * ok.astype(u.dtype), updates), state  #@ masked-by-multiplication

    return optax.GradientTransformation(init, update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.chain(skip_bad_steps(), optax.sgd(lr))
    cast = lambda tree: optax.tree.cast(tree, jnp.float16)
    x, y = cast((x, y))

    def loss(p):
        return jnp.mean(jnp.square(nnx.merge(graphdef, cast(p))(x) - y))

    grads = jax.grad(lambda p: jnp.float32(loss(p)) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)

    match all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)), good_steps + 1:
        case True, n if n < growth_interval:
            new = loss_scale, n
        case True, _:
            new = min(loss_scale * 2, 2.0**24), 0
        case _:
            new = max(loss_scale / 2, 1.0), 0
    return jnp.array([jnp.float32(loss(params)), *new], dtype=jnp.float32)
