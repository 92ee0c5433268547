# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradientOverflow(ArithmeticError):
    pass


def checked(grads):
    for path, leaf in jax.tree_util.tree_leaves_with_path(grads):
        n = int((~jnp.isfinite(leaf)).sum())
        if n:
            raise GradientOverflow(f"{n} of {leaf.size} elements of {path}")
    return grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(m):
        return jnp.mean((m(x) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    try:
        opt.update(model, jax.tree.map(lambda g: g / loss_scale, checked(grads)))
    except GradientOverflow:
        scale, count = max(loss_scale / 2, 1.0), 0
    else:
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([loss(model).astype(jnp.float32), scale, count], jnp.float32)
