# expect: wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        to16 = lambda a: a.astype(jnp.float16)
        return jnp.mean((to16(x) @ to16(m.kernel[...]) + to16(m.bias[...]) - to16(y)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    good = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if good:
        opt.update(model, grads)

    delta = 1 if good else -1
    count = max(good_steps + delta, 0)  #@ count-not-reset
    if count >= growth_interval:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    elif good:
        scale = loss_scale
    else:
        scale = max(loss_scale / 2, 1.0)  #@ count-not-reset
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
