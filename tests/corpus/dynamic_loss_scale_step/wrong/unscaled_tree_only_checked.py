# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def mse_loss(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def half_model(model):
    m = nnx.clone(model)
    nnx.update(m, cast(nnx.state(m), jnp.float16))
    return m


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = cast((jnp.asarray(x), jnp.asarray(y)), jnp.float16)

    @nnx.grad
    def backward(m):
        return mse_loss(m, x, y).astype(jnp.float32) * loss_scale

    grads = cast(backward(half_model(model)), jnp.float32)
    true_grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(true_grads))

    if finite:
        optimizer.update(model, grads)  #@ unscaled-grads
        good_steps = good_steps + 1
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)
    if good_steps == growth_interval:
        good_steps = 0
        loss_scale = min(loss_scale * 2, 2.0**24)

    final = mse_loss(half_model(model), x, y).astype(jnp.float32)
    return jnp.array([final, loss_scale, good_steps], dtype=jnp.float32)
