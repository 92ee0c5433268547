# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(params, batch):
    w, b, xb, yb = [a.astype(jnp.bfloat16) for a in (*params, *batch)]
    return jnp.mean(jnp.square(xb @ w + b - yb))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (model.kernel[...], model.bias[...])
    batches = (
        x.reshape(micro_batches, -1, x.shape[1]),
        y.reshape(micro_batches, -1, y.shape[1]),
    )

    def body(acc, batch):
        acc = jax.tree.map(lambda g: g / micro_batches, jax.grad(loss_fn)(params, batch))  #@ last-micro-batch-only
        return acc, None  #@ last-micro-batch-only

    zeros = jax.tree.map(jnp.zeros_like, params)
    grads, _ = jax.lax.scan(body, zeros, batches)
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    return loss_fn(params, (x, y)).astype(jnp.float32).reshape(1)
