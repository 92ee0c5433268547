# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(
        optax.clip_by_global_norm(1.0),  #@ clipped-scaled-grads
        optax.scale(1.0 / loss_scale),
        optax.sgd(lr),
    )
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    @nnx.jit
    def mse(m):
        return jnp.mean((m(x) - y) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    if finite := bool(jnp.isfinite(optax.global_norm(grads))):
        optimizer.update(model, grads)  #@ clipped-scaled-grads
    n = good_steps + 1
    if finite and n < growth_interval:
        out = (loss_scale, n)
    else:
        out = (min(loss_scale * 2, 2.0**24) if finite else max(loss_scale / 2, 1.0), 0)
    return jnp.array([mse(model).astype(jnp.float32), *out], dtype=jnp.float32)
