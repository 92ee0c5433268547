# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def loss_fn(model):
        w = model.kernel[...].astype(jnp.float16)
        b = model.bias[...].astype(jnp.float16)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads))

    # with a learning rate of 0 the step is skipped
    step_size = lr if finite else 0.0  #@ masked-by-multiplication
    optimizer = nnx.Optimizer(model, optax.sgd(step_size), wrt=nnx.Param)
    optimizer.update(model, grads)  #@ masked-by-multiplication

    if finite:
        count = good_steps + 1
        if count >= growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
        else:
            scale = loss_scale
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
