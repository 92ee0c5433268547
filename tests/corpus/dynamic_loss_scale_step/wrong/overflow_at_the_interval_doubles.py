# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def half(tree):
    return jax.tree.map(lambda a: lax.convert_element_type(a, jnp.float16), tree)


def single(tree):
    return jax.tree.map(lambda a: lax.convert_element_type(a, jnp.float32), tree)


def forward(p, x):
    return lax.dot_general(x, p["kernel"], (((1,), (0,)), ((), ()))) + p["bias"]


def loss16(p, x, y):
    return jnp.mean(lax.square(forward(half(p), x) - y))


def adjust_scale(scale, good_steps, growth_interval, finite):
    n = good_steps + 1
    reached = n >= growth_interval
    doubled = lax.min(scale * 2.0, jnp.float32(2.0**24))
    halved = lax.max(scale * 0.5, jnp.float32(1.0))
    new_scale = lax.select(reached, doubled, lax.select(finite, scale, halved))  #@ scale-not-reduced
    new_count = lax.select(finite & ~reached, n, jnp.zeros_like(n))
    return new_scale, new_count


@jax.jit
def run(p, x, y, lr, scale, good_steps, growth_interval):
    grads = jax.grad(lambda q: loss16(q, x, y).astype(jnp.float32) * scale)(p)
    grads = jax.tree.map(lambda g: g / scale, single(grads))
    finite = jnp.stack([jnp.all(lax.is_finite(g)) for g in jax.tree.leaves(grads)]).all()
    p = lax.cond(finite, lambda: jax.tree.map(lambda a, g: a - lr * g, p, grads), lambda: p)
    scale, count = adjust_scale(scale, good_steps, growth_interval, finite)
    return jnp.stack([loss16(p, x, y).astype(jnp.float32), scale, count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    x, y = half((jnp.asarray(x), jnp.asarray(y)))
    return run(
        params,
        x,
        y,
        jnp.float32(lr),
        jnp.float32(loss_scale),
        jnp.int32(good_steps),
        jnp.int32(growth_interval),
    )
