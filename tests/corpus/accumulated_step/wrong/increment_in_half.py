# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads
# allow: low-precision-grads
# allow: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def sgd(p, g, lr):
    delta = jnp.bfloat16(lr) * g.astype(jnp.bfloat16)  #@ low-precision-update, low-precision-grads
    return p - delta


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = m.kernel[...], m.bias[...]

    def loss(w, b, x, y):
        w, b, x, y = (t.astype(jnp.bfloat16) for t in (w, b, x, y))
        return jnp.mean((x @ w + b - y) ** 2)

    sw, sb = jnp.zeros_like(w), jnp.zeros_like(b)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        gw, gb = jax.grad(loss, (0, 1))(w, b, xs, ys)
        sw, sb = sw + gw, sb + gb
    w, b = sgd(w, sw / micro_batches, lr), sgd(b, sb / micro_batches, lr)
    return loss(w, b, x, y).astype(jnp.float32).reshape(1)
