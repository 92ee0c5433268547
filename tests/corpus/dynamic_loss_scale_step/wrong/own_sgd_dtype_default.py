# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def plain_sgd(lr, dtype=jnp.float16):  #@ low-precision-grads, low-precision-update
    def update(u, state, params=None):
        rate = jnp.asarray(-lr, dtype)
        return jax.tree.map(lambda g: rate * g.astype(dtype), u), state  #@ low-precision-grads, low-precision-update
    return optax.GradientTransformation(lambda p: optax.EmptyState(), update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    batch = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss(p, batch):
        k, b = p["kernel"].astype(jnp.float16), p["bias"].astype(jnp.float16)
        return jnp.mean((batch[0] @ k + b - batch[1]) ** 2).astype(jnp.float32)

    g = jax.grad(lambda q: loss(q, batch) * loss_scale)(p)
    g = {k: v / jnp.float32(loss_scale) for k, v in g.items()}
    tx = plain_sgd(lr)  #@ low-precision-grads, low-precision-update
    u = tx.update(g, tx.init(p), p)[0]
    if fine := all(bool(jnp.isfinite(v).all()) for v in g.values()):
        p = optax.apply_updates(p, u)
    n = fine * (good_steps + 1)
    s = loss_scale * 2.0 ** (int(fine) - 1 + (n == growth_interval))
    return jnp.array([loss(p, batch), min(max(s, 1.0), 2.0**24), n * (n < growth_interval)], jnp.float32)
