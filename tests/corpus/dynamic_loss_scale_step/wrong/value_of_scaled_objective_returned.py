# expect: wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def objective(model):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), nnx.pure(nnx.state(model, nnx.Param)))
        err = x.astype(jnp.float16) @ half["kernel"] + half["bias"] - y.astype(jnp.float16)
        return jnp.mean(jnp.square(err)).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g / loss_scale, nnx.grad(objective)(model))
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        grow = good_steps + 1 == growth_interval
        scale = min(loss_scale * 2, 2.0**24) if grow else loss_scale
        count = 0 if grow else good_steps + 1
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    loss = objective(model)  #@ scaled-loss-returned
    return jnp.array([loss, scale, count], dtype=jnp.float32)  #@ scaled-loss-returned
