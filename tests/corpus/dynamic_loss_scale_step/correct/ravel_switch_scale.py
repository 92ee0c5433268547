# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def _stay(s, n):
    return s, n + 1.0


def _grow(s, n):
    return jnp.minimum(s + s, 2.0**24), n * 0.0


def _shrink(s, n):
    return jnp.maximum(0.5 * s, 1.0), n * 0.0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    vec, unravel = ravel_pytree(nnx.state(model, nnx.Param).to_pure_dict())
    x, y = jnp.float16(x), jnp.float16(y)

    def f(flat):
        p = jax.tree.map(jnp.float16, unravel(flat))
        r = jax.lax.dot_general(x, p["kernel"], (((1,), (0,)), ((), ())), preferred_element_type=jnp.float16)
        r = r + p["bias"][None, :] - y
        return jnp.float32(jnp.mean(r**2))

    # the masters' cast is differentiated as well: its transpose is the cast to float32
    g = jax.grad(lambda v: f(v) * loss_scale)(vec) / loss_scale
    finite = jnp.isfinite(g).all()
    vec = jnp.where(finite, vec + (-lr) * g, vec)
    which = jnp.where(finite, (good_steps + 1 == growth_interval).__int__(), 2)
    s, n = jax.lax.switch(which, [_stay, _grow, _shrink], jnp.float32(loss_scale), jnp.float32(good_steps))
    return jnp.stack([f(vec), s, n])
