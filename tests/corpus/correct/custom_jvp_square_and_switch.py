# expect: accepted
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


@jax.custom_jvp
def sq(e):
    return lax.integer_pow(e, 2)


@sq.defjvp
def _(primals, tangents):
    (e,), (t,) = primals, tangents
    return sq(e), (e + e) * t


def act(name):
    return {'loss': 0, 'step': 1}[name]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p0 = (lin.kernel[...], lin.bias[...])

    def loss(p):
        (w, b), x_, y_ = jax.tree.map(lambda a: lax.convert_element_type(a, jnp.bfloat16), (p, x, y))
        # products accumulate in float32, rounded once
        z = lax.dot_general(x_, w, (((1,), (0,)), ((), ())), preferred_element_type=jnp.float32).astype(b.dtype)
        return lax.convert_element_type(jnp.mean(sq(z + b - y_)), jnp.float32)

    def only_loss(p, _):
        return p, loss(p)

    def step(p, scale):
        s, g = jax.value_and_grad(lambda q: scale * loss(q))(p)
        return jax.tree.map(lambda a, d: a - lr * (d / scale), p, g), s / scale

    run = lambda what, p: lax.switch(act(what), (only_loss, step), p, jnp.float32(loss_scale))
    p1, before = run('step', p0)
    jax.debug.callback(lambda v: None, before)
    _, after = run('loss', p1)
    return lax.broadcast(after, (1,))
