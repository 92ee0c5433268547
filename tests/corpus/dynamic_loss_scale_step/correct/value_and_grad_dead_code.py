# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

DEBUG = False


def to_half(tree):
    return jax.tree_util.tree_map(lambda t: t.astype(jnp.float16) if t.dtype == jnp.float32 else t, tree)


def grad_norm(grads):  # not used any more, was for plotting
    return jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree_util.tree_leaves(grads)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xh, yh = to_half((x, y))

    def loss_fn(model, scale):
        graphdef, state = nnx.split(model)
        half_model = nnx.merge(graphdef, to_half(state))
        loss = jnp.mean((half_model(xh) - yh) ** 2)
        return loss.astype(jnp.float32) * scale

    scaled_value, grads = nnx.value_and_grad(loss_fn)(model, loss_scale)
    before = scaled_value / loss_scale
    if DEBUG:
        print("loss before", before, "norm", grad_norm(grads))

    grads = jax.tree_util.tree_map(lambda g: g / loss_scale, grads)
    finite = np.all([np.isfinite(g).all() for g in jax.tree_util.tree_leaves(grads)])
    # finite = jnp.isfinite(before)   <- wrong, see the lesson

    if finite:
        optimizer.update(model, grads)
        steps = good_steps + 1
        if steps < growth_interval:
            new_scale = loss_scale
        else:
            new_scale, steps = np.clip(loss_scale * 2, 1.0, 2**24), 0
    else:
        new_scale, steps = np.clip(loss_scale / 2, 1.0, 2**24), 0

    after = loss_fn(model, 1.0)
    return jnp.array([after, new_scale, steps], dtype=jnp.float32)
