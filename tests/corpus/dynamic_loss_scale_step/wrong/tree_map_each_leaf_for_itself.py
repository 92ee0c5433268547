# expect: wrong_answer|pitfall
# finding: partial-finite-check|unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def guarded_sgd(lr):
    def one(p, g):
        return jnp.where(jnp.isfinite(g).all(), p - lr * g, p)  #@ partial-finite-check

    return lambda params, grads: jax.tree.map(one, params, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x16, y16 = jax.tree.map(lambda a: a.astype(jnp.float16), (x, y))

    def mse(params):
        model = nnx.merge(gdef, jax.tree.map(lambda a: a.astype(jnp.float16), params))
        return jnp.mean(jnp.square(model(x16) - y16))

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    params = guarded_sgd(lr)(params, grads)

    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    count = (good_steps + 1) if finite else 0
    scale = loss_scale if finite else max(loss_scale / 2, 1.0)
    if count == growth_interval:
        scale, count = min(scale * 2, 2.0**24), 0
    return jnp.array([mse(params).astype(jnp.float32), scale, count], dtype=jnp.float32)
