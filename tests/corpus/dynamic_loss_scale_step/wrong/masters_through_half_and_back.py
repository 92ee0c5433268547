# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx

half = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)
full = lambda t: jax.tree.map(lambda a: a.astype(jnp.float32), t)


def loss(params, batch):
    x, y = batch
    return jnp.square(x @ params["kernel"] + params["bias"] - y).mean()


def grow_or_shrink(finite, scale, n, interval):
    if not finite:
        return max(scale / 2, 1.0), 0
    if n + 1 == interval:
        return min(scale * 2, 2.0**24), 0
    return scale, n + 1


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    batch = half((jnp.asarray(x), jnp.asarray(y)))

    params = half(params)  #@ master-downcast
    grads = jax.grad(lambda p: full(loss(p, batch)) * loss_scale)(params)

    # the update in float32
    params, grads = full(params), full(grads)  #@ master-downcast
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)

    scale, n = grow_or_shrink(finite, loss_scale, good_steps, growth_interval)
    return jnp.array([full(loss(half(params), batch)), scale, n], dtype=jnp.float32)
