# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from functools import wraps


def scaled_grad(fn, s):
    "like jax.grad, by way of a scaled loss; gives true float32 gradients"
    @wraps(fn)
    def inner(p, *rest):
        g = jax.grad(lambda q: fn(q, *rest).astype(jnp.float32) * s)(p)
        return jax.tree.map(lambda a: a.astype(jnp.float32) / s, g)  #@ doubly-unscaled-grads
    return inner


def optimizer(lr, s):
    return optax.chain(
        optax.scale(1.0 / s),  #@ doubly-unscaled-grads
        optax.sgd(lr),
    )


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.float16), (p, x, y))
    return jnp.mean((jnp.einsum("nd,do->no", x, p["kernel"]) + p["bias"] - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = jnp.asarray(x), jnp.asarray(y)
    g = scaled_grad(mse, loss_scale)(p, x, y)
    tx = optimizer(lr, loss_scale)
    u, _ = tx.update(g, tx.init(p), p)
    ok = jnp.stack(jax.tree.leaves(jax.tree.map(lambda a: jnp.isfinite(a).all(), g))).all()
    p = jax.tree.map(lambda a, b: jax.lax.select(ok, a + b, a), p, u)
    hit = good_steps + 1 >= growth_interval
    s, n = jax.lax.cond(
        ok,
        lambda: (jnp.float32(min(loss_scale * 2, 2.0**24) if hit else loss_scale), 0 if hit else good_steps + 1),
        lambda: (jnp.float32(max(loss_scale / 2, 1.0)), 0),
    )
    return jnp.stack([mse(p, x, y).astype(jnp.float32), s, jnp.float32(n)])
