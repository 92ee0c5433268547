# expect: wrong_answer|pitfall
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(model):
        squared = jnp.square(model(x) - y)
        return jnp.mean(squared).astype(jnp.float32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    if finite:
        optimizer.update(model, grads)
    final_loss = loss_fn(model)  #@ scaled-loss-returned

    new_count = good_steps + 1 if finite else 0
    new_scale = loss_scale if finite else loss_scale / 2
    if new_count == growth_interval:
        new_scale, new_count = new_scale * 2, 0
    new_scale = max(1.0, min(new_scale, 2.0**24))
    return jnp.array([final_loss, new_scale, new_count], dtype=jnp.float32)  #@ scaled-loss-returned
