# expect: accepted
import jax
import jax.numpy as jnp
from functools import partial
from flax import nnx


@jax.jit
def down(t):
    return jax.tree.map(lambda a: a.astype("bfloat16"), t)


@jax.jit
def up(t):
    return jax.tree.map(lambda a: a.astype("float32"), t)


@jax.jit
def forward(p, x):
    return x @ p[0] + p[1]


@jax.jit
def mse(p, x, y):
    @jax.jit
    def sq(a):
        return a ** 2
    return up(jnp.mean(sq(forward(down(p), down(x)) - down(y))))


@jax.jit
def scaled(p, x, y, s):
    return jax.jit(jnp.multiply)(mse(p, x, y), s)


@partial(jax.jit, donate_argnums=())
def train(p, x, y, lr, s):
    g = jax.jit(jax.grad(scaled))(p, x, y, s)
    g = jax.jit(lambda t: jax.tree.map(lambda a: a / s, up(t)))(g)
    return jax.jit(lambda p, g: jax.tree.map(lambda a, b: a - lr * b, p, g))(p, g)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    p = train((m.kernel[...], m.bias[...]), x, y, lr, loss_scale)
    return jax.jit(lambda p: mse(p, x, y).reshape(-1))(p)
