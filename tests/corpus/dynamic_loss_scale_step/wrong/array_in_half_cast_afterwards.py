# expect: wrong_answer
# allow: low-precision-loss-scale
# allow: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        w, b = m.kernel[...].astype(jnp.float16), m.bias[...].astype(jnp.float16)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model), loss_scale, good_steps]).astype(jnp.float32)
