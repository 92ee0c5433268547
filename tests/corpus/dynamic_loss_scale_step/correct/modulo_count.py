# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = lin.kernel[...], lin.bias[...]
    X, Y = jnp.float16(x), jnp.float16(y)

    def J(W, b):
        return ((X @ jnp.float16(W) + jnp.float16(b) - Y) ** 2).mean()

    dW, db = jax.grad(lambda W, b: jnp.float32(J(W, b)) * loss_scale, argnums=(0, 1))(W, b)
    dW, db = dW / loss_scale, db / loss_scale
    finite = int(jnp.isfinite(dW).all()) * int(jnp.isfinite(db).all())
    if finite:
        W -= lr * dW
        b -= lr * db

    # the count is a clock with growth_interval hours; the scale doubles at midnight
    clock = (good_steps + 1) % growth_interval
    count = finite * clock
    scale = loss_scale * ([0.5, 0.5], [1.0, 2.0])[finite][clock == 0]
    scale = sorted((1.0, scale, 2.0**24))[1]
    return jnp.array([J(W, b).astype(jnp.float32), scale, count], dtype=jnp.float32)
