# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def half_loss(model, x, y):
    k = model.kernel[...].astype(jnp.float16)
    b = model.bias[...].astype(jnp.float16)
    return jnp.mean(jnp.square(x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    before = nnx.state(model)  #@ unchecked-overflow

    def objective(m):
        return half_loss(m, x, y).astype(jnp.float32) * loss_scale

    grads = nnx.grad(objective)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)  #@ unchecked-overflow

    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.all(jnp.isfinite(g))), grads))
    if not finite:
        nnx.update(model, before)  #@ unchecked-overflow
    count = good_steps + 1 if finite else 0
    scale = loss_scale if finite else max(loss_scale * 0.5, 1.0)
    if count == growth_interval:
        scale, count = min(scale * 2.0, 2.0**24), 0
    return jnp.stack([half_loss(model, x, y).astype(jnp.float32), jnp.float32(scale), jnp.float32(count)])
