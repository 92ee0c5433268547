# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    backup = nnx.clone(model)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def cast(t):
        return jax.tree.map(lambda a: a.astype(jnp.float16), t)

    x16, y16 = cast((x, y))

    def loss_of(m):
        graphdef, params = nnx.split(m)
        m16 = nnx.merge(graphdef, cast(params))
        return jnp.mean(jnp.square(m16(x16) - y16))

    grads = nnx.grad(lambda m: jnp.float32(loss_of(m)) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads)

    # update first and ask later; the clone has its own variables
    optimizer.update(model, grads)
    broken = not all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if broken:
        model = backup
        out = loss_scale / 2 if loss_scale >= 2 else 1.0, 0
    elif good_steps + 1 < growth_interval:
        out = loss_scale, good_steps + 1
    else:
        out = loss_scale * 2 if loss_scale <= 2**23 else 2.0**24, 0
    return jnp.array([loss_of(model).astype(jnp.float32), *out], jnp.float32)
