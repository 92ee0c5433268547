# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def has_nan(tree):
    return any(np.isnan(np.asarray(leaf)).any() for leaf in jax.tree.leaves(tree))  #@ partial-finite-check


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    target = y.astype(jnp.float16)

    def mse(net):
        return jnp.mean(jnp.square(net(x.astype(jnp.float16)) - target))

    grads = nnx.grad(lambda net: mse(net).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if has_nan(grads):
        new_scale, new_count = max(loss_scale / 2, 1.0), 0
    else:
        opt.update(model, grads)
        new_scale, new_count = loss_scale, good_steps + 1
        if new_count >= growth_interval:
            new_scale, new_count = min(loss_scale * 2, 2.0**24), 0
    return jnp.asarray([mse(model).astype(jnp.float32), new_scale, new_count])
