# expect: accepted
import jax, jax.numpy as jnp, numpy as np
from jax.flatten_util import ravel_pytree
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree({"w": model.kernel[...], "b": model.bias[...]})
    _, unravel16 = ravel_pytree({"w": model.kernel[...].astype("f2"), "b": model.bias[...].astype("f2")})
    X, Y = jnp.asarray(x, "f2"), jnp.asarray(y, "f2")

    def J(t):                       # float16 vector -> float16 scalar
        q = unravel16(t)
        return jnp.mean(jnp.square(X @ q["w"] + q["b"] - Y))

    S = jnp.float32(loss_scale)
    val, back = jax.vjp(lambda t: J(t).astype("f4") * S, theta.astype("f2"))
    (g16,) = back(jnp.ones_like(val))
    assert g16.dtype == jnp.float16 and theta.dtype == jnp.float32
    g = g16.astype("f4") / S
    bad = int(np.count_nonzero(~np.isfinite(np.asarray(g))))

    table = {
        (False, False): lambda: (theta - lr * g, loss_scale, good_steps + 1),
        (False, True): lambda: (theta - lr * g, min(2 * loss_scale, 2.0**24), 0),
        (True, False): lambda: (theta, max(loss_scale / 2, 1.0), 0),
        (True, True): lambda: (theta, max(loss_scale / 2, 1.0), 0),
    }
    theta, s, c = table[bad > 0, good_steps + 1 >= growth_interval]()
    out = np.empty(3, np.float32)
    out[:] = J(theta.astype("f2")), s, c
    return jnp.asarray(out)
