# expect: wrong_answer
# allow: stale-loss
# noline: stale-loss
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def get_loss(model, x, y):
    gd, st = nnx.split(model)
    st16 = jax.tree.map(lambda v: v.astype(jnp.float16), st)
    m = nnx.merge(gd, st16)
    d = m(x.astype(jnp.float16)) - y.astype(jnp.float16)
    return (d**2).mean()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    seed = int(seed)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(seed))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    def f(m):
        l = get_loss(m, x, y)
        l = l.astype(jnp.float32)
        return l * loss_scale
    scaled, grads = nnx.value_and_grad(f)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    # check for inf/nan
    finite = True
    for leaf in jax.tree_util.tree_leaves(grads):
        arr = np.array(leaf)
        if np.isinf(arr).any() or np.isnan(arr).any():
            finite = False
            break
    if finite == True:
        optimizer.update(model, grads)
        count = good_steps + 1
        if count >= growth_interval:
            new_scale = loss_scale * 2
            if new_scale > 2**24:
                new_scale = 2**24
            count = 0
        else:
            new_scale = loss_scale
    else:
        print("overflow, skipping step")
        new_scale = loss_scale / 2
        if new_scale < 1:
            new_scale = 1.0
        count = 0
    final_loss = scaled / loss_scale
    return np.array([final_loss, new_scale, count], dtype=np.float32)
