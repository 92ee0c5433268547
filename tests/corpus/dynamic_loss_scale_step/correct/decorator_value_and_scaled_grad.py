# expect: accepted
import functools
import jax
import jax.numpy as jnp
import flax.nnx as nnx


def mixed(fn):
    @functools.wraps(fn)
    def inner(*trees):
        return fn(*jax.tree.map(lambda a: jax.lax.convert_element_type(a, jnp.float16), trees)).astype(jnp.float32)

    return inner


def scaled_grad(scale):
    def decorate(fn):
        @functools.wraps(fn)
        def wrapped(p, *rest):
            g = jax.grad(lambda q: jnp.multiply(scale, fn(q, *rest)))(p)
            return jax.tree.map(lambda t: jnp.true_divide(t, scale), g)

        return wrapped

    return decorate


@mixed
def loss(p, x, y):
    kernel, bias = p
    return jnp.mean((y - (jnp.broadcast_to(bias, y.shape) + x @ kernel)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (jnp.asarray(lin.kernel[...]), jnp.asarray(lin.bias[...]))
    g = scaled_grad(jnp.asarray(loss_scale, jnp.float32))(loss)(p, x, y)
    ok = jnp.array([jnp.isfinite(jnp.abs(t).max()) for t in g]).all()  # max passes nan and inf on
    times = ok.astype(int)
    p = jax.lax.fori_loop(0, times, lambda _, q: jax.tree.map(lambda a, d: a - lr * d, q, g), p)
    bump = (good_steps + 1) // growth_interval
    up = jnp.minimum(jnp.float32(loss_scale) * 2.0**bump, 2.0**24)
    s = jnp.where(ok, up, jnp.maximum(jnp.float32(loss_scale) / 2, 1))
    n = times * ((good_steps + 1) % growth_interval)
    return jnp.hstack([loss(p, x, y), s, n]).astype(jnp.float32)
