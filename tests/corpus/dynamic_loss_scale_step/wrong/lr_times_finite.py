# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    yh = y.astype(jnp.float16)

    def mse(m):
        return jnp.mean((m(x) - yh) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))

    # a learning rate of 0 means no step
    effective_lr = lr * finite  #@ masked-by-multiplication
    optimizer = nnx.Optimizer(model, optax.sgd(effective_lr), wrt=nnx.Param)
    optimizer.update(model, grads)  #@ masked-by-multiplication

    n = good_steps + 1
    grow = n == growth_interval
    scale = jnp.where(finite, min(loss_scale * 2, 2.0**24) if grow else loss_scale, max(loss_scale / 2, 1.0))
    count = jnp.where(finite, 0 if grow else n, 0)
    return jnp.stack([mse(model), scale, count], dtype=jnp.float32)
