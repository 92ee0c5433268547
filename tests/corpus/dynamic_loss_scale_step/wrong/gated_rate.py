# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float16), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(layer)
    x, y = half((x, y))

    def mse(p):
        return jnp.mean((nnx.merge(graphdef, half(p))(x) - y) ** 2).astype(jnp.float32)

    @jax.jit
    def train(params, scale, good):
        grads = jax.grad(lambda p: mse(p) * scale)(params)
        grads = jax.tree.map(lambda g: g / scale, grads)
        finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
        tx = optax.sgd(jnp.where(finite, lr, 0.0))  #@ masked-by-multiplication
        updates, _ = tx.update(grads, tx.init(params), params)  #@ masked-by-multiplication
        params = optax.apply_updates(params, updates)
        good = jnp.where(finite, good + 1, 0)
        due = good >= growth_interval
        scale = jnp.where(finite, jnp.where(due, jnp.minimum(scale * 2, 2.0**24), scale), jnp.maximum(scale / 2, 1.0))
        return params, scale, jnp.where(due, 0, good)

    params, scale, good = train(params, jnp.float32(loss_scale), jnp.int32(good_steps))
    return jnp.stack([mse(params), scale, good.astype(jnp.float32)])
