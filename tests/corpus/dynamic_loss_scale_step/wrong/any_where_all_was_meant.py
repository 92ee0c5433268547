# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def tree_finite(tree):
    flags = [jnp.isfinite(leaf).any() for leaf in jax.tree.leaves(tree)]  #@ partial-finite-check
    return jnp.stack(flags).all()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(model):
        out = x16 @ model.kernel[...].astype(jnp.float16) + model.bias[...].astype(jnp.float16)
        return jnp.mean((out - y16) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if tree_finite(grads):
        optimizer.update(model, grads)
        grow = good_steps + 1 >= growth_interval
        scale = min(loss_scale * 2, 2.0**24) if grow else loss_scale
        count = 0 if grow else good_steps + 1
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
