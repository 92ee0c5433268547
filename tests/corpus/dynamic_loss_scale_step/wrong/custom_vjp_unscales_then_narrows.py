# expect: pitfall|wrong_answer
# finding: low-precision-grads
from functools import partial
import jax
import jax.numpy as jnp
from flax import nnx


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def port(scale, p16):
    return p16


def port_fwd(scale, p16):
    return p16, None


def port_bwd(scale, _, ct):
    true = jax.tree.map(lambda c: c.astype(jnp.float32) / scale, ct)
    return (jax.tree.map(lambda t, c: t.astype(c.dtype), true, ct),)  #@ low-precision-grads


port.defvjp(port_fwd, port_bwd)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (lin.kernel[...], lin.bias[...])
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(m):
        k, b = port(loss_scale, jax.tree.map(lambda a: a.astype(jnp.float16), m))  #@ low-precision-grads
        return jnp.mean((x @ k + b - y) ** 2).astype(jnp.float32)

    g = jax.grad(lambda m: loss(m) * loss_scale)(masters)
    ok = all(bool(jnp.isfinite(a).all()) for a in g)
    masters = [lambda: masters, lambda: tuple(a - lr * d for a, d in zip(masters, g))][ok]()
    n = good_steps + 1
    if ok and n < growth_interval:
        tail = (loss_scale, n)
    else:
        tail = (min(loss_scale * 2, 2.0**24) if ok else max(loss_scale / 2, 1.0), 0)
    return jnp.array([loss(masters), *tail], jnp.float32)
