# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class MeanSquaredError:
    def __init__(self, reduction='sum'):
        self.reduce = {'sum': jnp.sum, 'mean': jnp.mean}[reduction]

    def __call__(self, y_true, y_pred):
        return self.reduce(jnp.mean(jnp.square(y_true - y_pred), axis=-1))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graph, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    half = lambda t: jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), t)
    xh, yh = half((x, y))
    criterion = MeanSquaredError()
    tx = optax.apply_if_finite(optax.sgd(lr), 5)

    @jax.jit
    def step(masters, opt_state, s):
        loss = lambda m: criterion(yh, nnx.merge(graph, half(m))(xh)).astype(jnp.float32)
        g = jax.tree.map(lambda t: t / s, jax.grad(lambda m: loss(m) * s)(masters))
        u, opt_state = tx.update(g, opt_state, masters)
        masters = optax.apply_updates(masters, u)
        return loss(masters), opt_state.last_finite

    loss, ok = step(masters, tx.init(masters), jnp.float32(loss_scale))
    n = int(ok) * (good_steps + 1)
    if n == 0:
        return jnp.array([loss, max(loss_scale / 2, 1.0), 0], jnp.float32)
    if n >= growth_interval:
        return jnp.array([loss, min(loss_scale * 2, 2.0**24), 0], jnp.float32)
    return jnp.array([loss, loss_scale, n], jnp.float32)
