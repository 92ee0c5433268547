# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def cost(params, inputs, labels):
    inputs = inputs.astype(jnp.bfloat16)
    labels = labels.astype(jnp.bfloat16)
    outputs = inputs @ params[0].astype(jnp.bfloat16) + params[1].astype(jnp.bfloat16)
    return jnp.average(jnp.square(outputs - labels))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [model.kernel[...], model.bias[...]]

    # Welford's way: no big sum is ever needed
    average = [jnp.zeros_like(p) for p in params]
    for seen, rows in enumerate(np.split(np.arange(x.shape[0]), micro_batches), start=1):
        grads = jax.grad(cost)(params, x[rows], y[rows])
        average = [a + (g - a) / seen for a, g in zip(average, grads)]

    params = [p - lr * a for p, a in zip(params, average)]
    model.kernel[...] = params[0]
    model.bias[...] = params[1]
    value = cost([model.kernel[...], model.bias[...]], x, y)
    return jnp.array([value.astype(jnp.float32)])
