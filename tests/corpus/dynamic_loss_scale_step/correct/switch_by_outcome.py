# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

CARRY_ON, GROW, OVERFLOW = 0, 1, 2


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    @jax.jit
    def run(kernel, bias, x, y, lr, scale, good, interval):
        x, y = x.astype(jnp.float16), y.astype(jnp.float16)

        def mse(kernel, bias):
            pred = jnp.einsum("nd,do->no", x, kernel.astype(jnp.float16)) + bias.astype(jnp.float16)
            return jnp.mean((pred - y) ** 2)

        dk, db = jax.grad(lambda *p: mse(*p).astype(jnp.float32) * scale, (0, 1))(kernel, bias)
        dk, db = dk / scale, db / scale
        overflow = ~(jnp.isfinite(dk).all() & jnp.isfinite(db).all())
        outcome = jnp.where(overflow, OVERFLOW, jnp.where(good + 1 == interval, GROW, CARRY_ON))

        def step():
            return kernel - lr * dk, bias - lr * db

        branches = [
            lambda: (*step(), scale, good + 1),
            lambda: (*step(), jnp.minimum(2 * scale, 2.0**24), jnp.zeros_like(good)),
            lambda: (kernel, bias, jnp.maximum(scale / 2, 1.0), jnp.zeros_like(good)),
        ]
        k, b, s, n = jax.lax.switch(outcome, branches)
        return jnp.stack([mse(k, b).astype(jnp.float32), s, n.astype(jnp.float32)])

    return run(
        lin.kernel[...], lin.bias[...], x, y,
        jnp.float32(lr), jnp.float32(loss_scale), jnp.int32(good_steps), jnp.int32(growth_interval),
    )
