# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

half = lambda tree: jax.tree.map(lambda a: a.astype(jnp.float16), tree)
full = lambda tree: jax.tree.map(lambda a: a.astype(jnp.float32), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    xh, yh = half((x, y))

    def loss(copy):
        return jnp.mean((xh @ copy["kernel"] + copy["bias"] - yh) ** 2)

    def scaled(copy):
        return loss(copy).astype(jnp.float32) * loss_scale

    # differentiated by the copies: gradients are float16, as in the backward itself
    raw = jax.grad(scaled)(half(master))
    grads = optax.tree.scale(1.0 / loss_scale, full(raw))
    bad = jax.tree.reduce(lambda s, g: s + int(jnp.sum(jnp.isnan(g) | jnp.isinf(g))), raw, 0)
    if bad == 0:
        master = optax.tree.add_scale(master, -lr, grads)
        count, scale = good_steps + 1, loss_scale
        if count == growth_interval:
            count, scale = 0, min(loss_scale * 2, 2**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1)
    return jnp.array([loss(half(master)).astype(jnp.float32), scale, count], dtype=jnp.float32)
