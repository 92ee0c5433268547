# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        pred = x.astype(jnp.float16) @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16)
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    loss = loss_fn(model).astype(jnp.float32).reshape(1)
    return jnp.stack([loss, jnp.array([scale], jnp.float32), jnp.array([count], jnp.float32)])  #@ wrong-output-shape
