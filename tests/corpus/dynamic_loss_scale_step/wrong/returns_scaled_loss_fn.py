# expect: wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scale = loss_scale

    def loss_fn(m):
        w, b = m.kernel[...].astype(jnp.float16), m.bias[...].astype(jnp.float16)
        loss = jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)
        return loss.astype(jnp.float32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
        count = good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0

    final_loss = loss_fn(model)  #@ scaled-loss-returned
    return jnp.array([final_loss, scale, count])  #@ scaled-loss-returned
