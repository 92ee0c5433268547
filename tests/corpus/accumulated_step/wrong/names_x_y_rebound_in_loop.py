# expect: wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = [p.astype(jnp.bfloat16) for p in params]
    return jnp.mean(jnp.square(x @ w + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [net.kernel[...], net.bias[...]]
    all_x = jnp.split(x.astype(jnp.bfloat16), micro_batches)
    all_y = jnp.split(y.astype(jnp.bfloat16), micro_batches)

    acc = [0.0, 0.0]
    for x, y in zip(all_x, all_y):  #@ partial-loss-returned
        grads = jax.grad(loss)(params, x, y)
        acc = [a + g for a, g in zip(acc, grads)]

    params = [p - lr * (a / micro_batches) for p, a in zip(params, acc)]
    return loss(params, x, y).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
