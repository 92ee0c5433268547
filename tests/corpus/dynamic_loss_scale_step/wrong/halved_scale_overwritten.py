# expect: pitfall|wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def forward(params):
        k, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((x16 @ k + b - y16) ** 2)

    grads = jax.grad(lambda p: forward(p).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    params = [jnp.where(finite, p - lr * g, p) for p, g in zip(params, grads)]

    count = jnp.where(finite, good_steps + 1, 0)
    grow = count >= growth_interval
    new_scale = jnp.where(finite, loss_scale, jnp.maximum(loss_scale / 2, 1.0))
    new_scale = jnp.where(grow, jnp.minimum(loss_scale * 2, 2.0 ** 24), loss_scale)  #@ scale-not-reduced
    count = jnp.where(grow, 0, count)
    return jnp.array([forward(params), new_scale, count], dtype=jnp.float32)
