# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
    return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    params = jax.tree.map(lambda a: a.astype(jnp.float16), params)  #@ master-downcast
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    grads = jax.grad(lambda p: loss_fn(p, x, y) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))
    if finite:
        params = jax.tree.map(lambda p, g: p.astype(jnp.float32) - lr * g, params, grads)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0 ** 24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(params, x, y), scale, count], dtype=jnp.float32)
