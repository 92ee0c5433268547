# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(model):
        xs, ys, k, b = (v.astype(jnp.float16) for v in (x, y, model.kernel[...], model.bias[...]))
        return ((xs @ k + b - ys) ** 2).mean()

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    finite = jnp.array(True)
    for leaf in jax.tree.leaves(grads):
        finite = finite & jnp.all(jnp.isfinite(leaf))

    if finite is not False:  #@ unchecked-overflow
        optimizer.update(model, grads)  #@ unchecked-overflow

    steps = int(finite) * (good_steps + 1)
    scale = loss_scale if finite else max(loss_scale / 2, 1.0)
    if steps >= growth_interval:
        scale, steps = min(scale * 2, 2**24), 0
    return jnp.array([loss(model).astype(jnp.float32), scale, steps])
