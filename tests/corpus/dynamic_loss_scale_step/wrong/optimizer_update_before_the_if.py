# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def loss_fn(model):
        pred = x16 @ model.kernel[...].astype(jnp.float16) + model.bias[...].astype(jnp.float16)
        return jnp.mean((pred - y16) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)  #@ unchecked-overflow
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
