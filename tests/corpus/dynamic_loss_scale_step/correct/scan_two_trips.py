# expect: accepted
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    data = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss_fn(p):
        p = jax.tree.map(lambda a: lax.convert_element_type(a, jnp.float16), p)
        e = jnp.matmul(data[0], p["w"]) + p["b"] - data[1]
        return jnp.mean(lax.square(e)).astype(jnp.float32)

    def trip(carry, learn):
        p, s, n = carry

        def scaled(q):
            l = loss_fn(q)
            return l * s, l

        grads, loss = jax.grad(scaled, has_aux=True)(p)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / s, grads)
        fin = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
        moved = jax.tree.map(lambda a, g: jnp.where(fin, a - lr * g, a), p, grads)
        full = n + 1 == growth_interval
        s2 = jnp.where(fin, jnp.where(full, jnp.minimum(2 * s, 2.0**24), s), jnp.maximum(s / 2, 1.0))
        n2 = jnp.where(fin & ~full, n + 1, 0)
        return lax.cond(learn, lambda: (moved, s2, n2), lambda: carry), loss

    start = params, jnp.float32(loss_scale), jnp.int32(good_steps)
    (_, s, n), losses = lax.scan(trip, start, jnp.array([True, False]))
    return jnp.stack([losses[1], s, n.astype(jnp.float32)])
