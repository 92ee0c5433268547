# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    x16, y16 = jnp.float16(x), jnp.float16(y)

    def compute_loss(model):
        return jnp.mean((model(x16) - y16) ** 2)

    @nnx.grad
    def compute_grads(model):
        return compute_loss(model).astype(jnp.float32) * loss_scale

    grads = compute_grads(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    is_finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

    # a learning rate of zero moves nothing
    step_size = lr * is_finite.astype(jnp.float32)  #@ masked-by-multiplication
    optimizer = nnx.Optimizer(model, optax.sgd(step_size), wrt=nnx.Param)  #@ masked-by-multiplication
    optimizer.update(model, grads)  #@ masked-by-multiplication

    n = (good_steps + 1) * int(is_finite)
    if not is_finite:
        loss_scale = max(loss_scale / 2.0, 1.0)
    elif n == growth_interval:
        loss_scale = min(loss_scale * 2.0, 2.0**24)
        n = 0
    return jnp.array([compute_loss(model).astype(jnp.float32), loss_scale, n], dtype=jnp.float32)
