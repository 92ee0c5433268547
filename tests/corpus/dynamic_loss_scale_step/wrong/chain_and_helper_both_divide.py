# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def scaled_grad(fun, scale):
    """Like jax.grad, but with loss scaling inside; gradients come out in float32 and true size."""

    def wrapped(p):
        g = jax.grad(lambda q: fun(q).astype(jnp.float32) * scale)(p)
        return jax.tree.map(lambda t: t.astype(jnp.float32) / scale, g)

    return wrapped


def build_tx(lr, scale):
    return optax.chain(
        optax.scale(1.0 / scale),  #@ doubly-unscaled-grads
        optax.sgd(lr),
    )


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, masters = nnx.split(model, nnx.Param)
    x16 = jnp.asarray(x).astype(jnp.float16)
    y16 = jnp.asarray(y).astype(jnp.float16)
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)
    loss_fn = lambda p16: ((nnx.merge(graph, p16)(x16) - y16) ** 2).mean()

    grads = scaled_grad(loss_fn, loss_scale)(half(masters))
    tx = build_tx(lr, loss_scale)
    updates, _ = tx.update(grads, tx.init(masters), masters)
    stepped = optax.apply_updates(masters, updates)

    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))
    masters = jax.tree.map(lambda new, old: jnp.where(finite, new, old), stepped, masters)

    count = good_steps + 1
    if not finite:
        loss_scale = max(loss_scale / 2, 1.0)
        count = 0
    elif count >= growth_interval:
        loss_scale = min(loss_scale * 2, 2.0**24)
        count = 0
    return jnp.array([loss_fn(half(masters)).astype(jnp.float32), loss_scale, count], dtype=jnp.float32)
