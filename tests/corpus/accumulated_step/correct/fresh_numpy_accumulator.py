# expect: accepted
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(params, x, y):
    w = params["w"].astype("bfloat16")
    b = params["b"].astype("bfloat16")
    pred = jnp.dot(x.astype("bfloat16"), w) + b
    return ((pred - y.astype("bfloat16")) ** 2).mean()


grad_fn = jax.jit(jax.grad(loss_fn))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}

    # numpy arrays, because I like += on arrays
    acc = {name: np.zeros(p.shape, dtype=np.float32) for name, p in params.items()}
    for idx in np.split(np.arange(x.shape[0]), micro_batches):
        g = grad_fn(params, x[idx], y[idx])
        for name in acc:
            acc[name] += np.asarray(g[name])
    for name in acc:
        acc[name] /= np.float32(micro_batches)

    new = {name: params[name] - np.float32(lr) * acc[name] for name in params}
    return np.asarray(loss_fn(new, x, y), dtype=np.float32).reshape(1)
