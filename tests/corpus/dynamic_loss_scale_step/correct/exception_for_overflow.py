# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Overflow(Exception):
    pass


def checked(grads):
    for path, g in jax.tree_util.tree_leaves_with_path(grads):
        n = int(jnp.count_nonzero(~jnp.isfinite(g)))
        if n:
            raise Overflow(f"{n} elements of {path}")
    return grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        w, b = (p[...].astype(jnp.float16) for p in (model.kernel, model.bias))
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    try:
        grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
        optimizer.update(model, checked(jax.tree.map(lambda g: g / loss_scale, grads)))
    except Overflow:
        scale = max(loss_scale / 2, 1.0)
        count = 0
    else:
        grow = good_steps + 1 == growth_interval
        scale = min(loss_scale * 2, 2.0**24) if grow else loss_scale
        count = 0 if grow else good_steps + 1
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
