# expect: wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float16), tree)


def mse(model, x, y):
    graphdef, state = nnx.split(model)
    model16 = nnx.merge(graphdef, to_half(state))
    diff = model16(to_half(x)) - to_half(y)
    return jnp.mean(diff * diff)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss, grads = nnx.value_and_grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    ok = True
    for g in jax.tree.leaves(grads):
        if bool(jnp.isnan(g).any()):  #@ partial-finite-check
            ok = False

    if ok:
        opt.update(model, grads)
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2.0, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2.0, 1.0)
        good_steps = 0

    final = mse(model, x, y)
    return jnp.array([final.astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
