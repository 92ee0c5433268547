# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


def part_loss(half, x, y):
    w, b = half
    return jnp.mean((x @ w + b - y) ** 2)


def losses(masters, xs, ys):
    half = tuple(m.astype(jnp.bfloat16) for m in masters)  #@ low-precision-accumulator
    return [part_loss(half, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)) for x, y in zip(xs, ys)]


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (layer.kernel[...], layer.bias[...])
    xs, ys = jnp.split(x, micro_batches), jnp.split(y, micro_batches)
    outs, pullback = jax.vjp(lambda m: losses(m, xs, ys), masters)
    (total,) = pullback([jnp.ones_like(o) for o in outs])
    masters = tuple(m - lr * (t / micro_batches) for m, t in zip(masters, total))
    (final,) = losses(masters, [x], [y])
    return final.astype(jnp.float32).reshape(1)
