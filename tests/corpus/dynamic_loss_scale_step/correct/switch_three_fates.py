# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

half = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)


def mse(params, x, y):
    kernel, bias = half(params)
    return jnp.mean(optax.squared_error(x @ kernel + bias, y))


@jax.jit
def go(params, x, y, lr, scale, n, every):
    tx = optax.sgd(lr)
    raw = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * scale)(params)
    true = jax.tree.map(lambda g: jnp.divide(g.astype(jnp.float32), scale), raw)
    ok = jnp.array([jnp.all(jnp.isfinite(l)) for l in jax.tree.leaves(raw)]).all()
    which = ok.astype(jnp.int32) * (1 + (n + 1 >= every))

    def move():
        return optax.apply_updates(params, tx.update(true, tx.init(params))[0])

    def skipped():
        return params, jnp.maximum(scale * 0.5, 1.0), 0 * n

    def stepped():
        return move(), scale, n + 1

    def grown():
        return move(), jnp.minimum(scale + scale, 16777216.0), 0 * n

    return jax.lax.switch(which, [skipped, stepped, grown])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = half((jnp.asarray(x), jnp.asarray(y)))
    p, s, n = go((lin.kernel[...], lin.bias[...]), x, y, jnp.float32(lr), jnp.float32(loss_scale),
                 jnp.int32(good_steps), jnp.int32(growth_interval))
    return jnp.asarray([mse(p, x, y).astype(jnp.float32), s, n.astype(jnp.float32)])
