# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_optimizer(lr, loss_scale):
    return optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr))  #@ doubly-unscaled-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, make_optimizer(lr, loss_scale), wrt=nnx.Param)

    def loss16(model):
        return optax.squared_error(model(x.astype(jnp.float16)), y.astype(jnp.float16)).mean()

    grads = nnx.grad(lambda m: loss16(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)  #@ doubly-unscaled-grads

    if all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)  #@ doubly-unscaled-grads
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss16(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
