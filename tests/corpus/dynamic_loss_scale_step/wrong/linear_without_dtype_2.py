# expect: pitfall|wrong_answer
# finding: full-precision-forward
# finding: wrong-output-shape
"""nnx.Linear without dtype promotes the float16 x to its float32 kernel, and the result is a row of shape (1, 3)."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(m):
        pred = m(x).astype(jnp.float16)  #@ full-precision-forward
        return jnp.mean(jnp.square(pred - y))

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([[loss(model), loss_scale, good_steps]], dtype=jnp.float32)  #@ wrong-output-shape
