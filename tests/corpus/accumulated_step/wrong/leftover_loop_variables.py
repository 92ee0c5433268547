# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx

half = jnp.bfloat16


def forward(params, x):
    w, b = params
    return x.astype(half) @ w.astype(half) + b.astype(half)


def mse(params, x, y):
    return jnp.mean((forward(params, x) - y.astype(half)) ** 2)


def sgd(params, grads, lr):
    return [p - lr * g for p, g in zip(params, grads)]


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    sums = [jnp.zeros(p.shape, jnp.float32) for p in params]
    size = x.shape[0] // micro_batches
    for i in range(micro_batches):
        xb = x[i * size:(i + 1) * size]
        yb = y[i * size:(i + 1) * size]
        grads = jax.grad(mse)(params, xb, yb)
        sums = [s + g for s, g in zip(sums, grads)]
    params = sgd(params, [s / micro_batches for s in sums], lr)
    final = mse(params, xb, yb)  #@ partial-loss-returned
    return jnp.array([final]).astype(jnp.float32)
