# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def sgd(params, grads, learning_rate=0.01):  #@ lr-ignored
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(p):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.isfinite(grads["kernel"]).all() & jnp.isfinite(grads["bias"]).all()
    stepped = sgd(params, grads)  #@ lr-ignored
    params = jax.tree.map(lambda n, o: jnp.where(finite, n, o), stepped, params)
    scale = jnp.where(finite, loss_scale, max(loss_scale / 2, 1.0))
    count = jnp.where(finite, good_steps + 1, 0)
    grow = count == growth_interval
    scale = jnp.where(grow, jnp.minimum(2 * scale, 2.0 ** 24), scale)
    count = jnp.where(grow, 0, count)
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
