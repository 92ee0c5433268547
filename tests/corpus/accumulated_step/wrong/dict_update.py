# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    half = {name: value.astype(jnp.bfloat16) for name, value in params.items()}
    prediction = x.astype(jnp.bfloat16) @ half["kernel"] + half["bias"]
    return jnp.mean((prediction - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}

    grad_sum = {"kernel": jnp.zeros_like(params["kernel"]), "bias": jnp.zeros_like(params["bias"])}
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        print("part", i)
        begin = i * rows
        end = begin + rows
        gradient = jax.grad(loss)(params, x[begin:end], y[begin:end])
        grad_sum.update(gradient)  #@ last-micro-batch-only

    for name in params:
        params[name] = params[name] - lr * (grad_sum[name] / micro_batches)

    result = loss(params, x, y)
    print("loss:", result)
    return jnp.array([result], dtype=jnp.float32)
