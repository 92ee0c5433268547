# expect: accepted
import functools
import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_vjp
def gate(loss32, scale):
    return loss32 * scale


gate.defvjp(lambda l, s: (l * s, s), lambda s, ct: (ct * s, jnp.zeros_like(s)))


def error(params, batch):
    xs, ys = batch
    w, c = (jnp.asarray(p, jnp.float16) for p in params)
    return jnp.mean((jnp.einsum("ni,io->no", xs, w) + c - ys) ** 2).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    batch = tuple(jnp.asarray(v, dtype=jnp.float16) for v in (x, y))
    s = jnp.float32(loss_scale)
    grads = jax.grad(lambda p: gate(error(p, batch), s))(params)
    grads = [jnp.float32(g) / s for g in grads]
    # to watch: what float16 would make of them (printed only)
    print("grads in half:", [float(jnp.abs(g.astype(jnp.float16)).max()) for g in grads])
    finite = functools.reduce(jnp.logical_and, (jnp.all(jnp.abs(g) < jnp.inf) for g in grads))
    params = jax.lax.cond(finite, lambda p, g: [a - lr * b for a, b in zip(p, g)], lambda p, g: p, params, grads)
    n = jnp.where(finite, good_steps + 1, 0)
    grow = n == growth_interval
    s = jnp.where(finite, s * (1 + grow), s / 2).clip(1.0, 2.0**24)
    return jnp.array([error(params, batch), s, jnp.where(grow, 0, n)]).astype(jnp.float32)
