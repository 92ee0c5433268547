# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def halved(model):
    graphdef, state = nnx.split(model)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), state))


def mse(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def all_finite(tree):
    return jnp.stack([jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(tree)]).all()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16 = jnp.asarray(x, jnp.float16)
    y16 = jnp.asarray(y, jnp.float16)

    grads = nnx.grad(lambda m: mse(m, x16, y16).astype(jnp.float32) * loss_scale)(halved(model))
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all_finite(grads)

    before = nnx.state(model, nnx.Param)  #@ unchecked-overflow
    optimizer.update(model, grads)  #@ unchecked-overflow
    after = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda a, b: jnp.where(finite, a, b), after, before))

    if finite:
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            scale, count = min(scale * 2.0, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2.0, 1.0), 0

    loss = mse(halved(model), x16, y16).astype(jnp.float32)
    return jnp.array([loss, scale, count], dtype=jnp.float32)
