# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dtype_for(role: str):
    match role:
        case "param" | "grad" | "update":
            return jnp.float32
        case "compute":
            return jnp.bfloat16
        case "broken":
            return jnp.float16
        case other:
            raise KeyError(other)


def cast(role, *arrays):
    return tuple(a.astype(dtype_for(role)) for a in arrays)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    if (s := int(seed)) != seed:
        raise ValueError("seed must be whole")
    module = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(s))
    theta = cast("param", module.kernel[...], module.bias[...])

    def f(theta):
        k, b, xc, yc = cast("compute", *theta, x, y)
        return jnp.mean((r := xc @ k + b - yc) * r)

    (loss0, back) = jax.vjp(lambda th: f(th).astype(jnp.float32) * loss_scale, theta)
    grads = tuple(g / loss_scale for g in cast("grad", *back(jnp.float32(1))[0]))
    theta = tuple(p - lr * g for p, g in zip(theta, grads))
    return jnp.stack([*cast("update", f(theta))])
