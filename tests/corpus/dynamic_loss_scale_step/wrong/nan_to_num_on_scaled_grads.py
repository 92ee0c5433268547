# expect: wrong_answer
# allow: clipped-scaled-grads
# allow: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xh, yh = jnp.float16(x), jnp.float16(y)

    def loss_fn(m):
        return jnp.mean((m(xh) - yh) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: jnp.nan_to_num(g, posinf=65504.0, neginf=-65504.0), grads)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    new_scale, new_count = loss_scale, good_steps + 1
    if finite:
        opt.update(model, grads)
        if new_count == growth_interval:
            new_scale, new_count = min(loss_scale * 2, 2.0 ** 24), 0
    else:
        new_scale, new_count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model), new_scale, new_count], dtype=jnp.float32)
