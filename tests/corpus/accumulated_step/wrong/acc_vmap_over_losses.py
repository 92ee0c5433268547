# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def part_loss(half, xb, yb):
    return jnp.mean((xb @ half[0] + half[1] - yb) ** 2)


def half_of(params):
    return tuple(p.astype(jnp.bfloat16) for p in params)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (model.kernel[...], model.bias[...])
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    def total_loss(params):
        losses = jax.vmap(part_loss, in_axes=(None, 0, 0))(half_of(params), xs, ys)  #@ low-precision-accumulator, low-precision-grads
        return jnp.sum(losses)  #@ low-precision-accumulator, low-precision-grads

    grads = jax.grad(total_loss)(params)  #@ low-precision-accumulator, low-precision-grads
    params = [p - lr * g / micro_batches for p, g in zip(params, grads)]
    return part_loss(half_of(params), x, y).astype(jnp.float32).reshape(1)
