# expect: wrong_answer
# finding: wrong-output-dtype
# allow: partial-finite-check
"""One finite element per leaf is enough (any for all), and jnp.array of a float16 loss gives a float16 array."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xs, ys = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(m):
        return jnp.mean(jnp.square(m(xs) - ys))

    @nnx.grad
    def grad_fn(m):
        return mse(m).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grad_fn(model))
    finite = all(bool(jnp.isfinite(g).any()) for g in jax.tree.leaves(grads))  #@ partial-finite-check
    if finite:
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(model), loss_scale, good_steps])  #@ wrong-output-dtype
