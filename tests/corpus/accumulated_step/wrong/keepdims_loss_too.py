# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx

down = lambda *a: [jnp.asarray(v).astype(jnp.bfloat16) for v in a]


def loss(flat, x, y):
    w, b, x, y = down(*flat, x, y)
    return jnp.mean(jnp.square(x @ w + b - y), keepdims=True)  #@ wrong-output-shape


def pulled(flat, x, y):
    out, back = jax.vjp(loss, flat, x, y)
    return back(jnp.ones_like(out))[0]


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    flat = [lin.kernel[...], lin.bias[...]]
    x, y = jnp.asarray(x), jnp.asarray(y)
    pieces = [(x[i], y[i]) for i in jnp.arange(x.shape[0]).reshape(micro_batches, -1)]
    total = [jnp.zeros_like(f) for f in flat]
    for piece in pieces:
        total = [t + g for t, g in zip(total, pulled(flat, *piece))]
    flat = [f - lr * t / micro_batches for f, t in zip(flat, total)]
    return loss(flat, x, y).astype(jnp.float32)  #@ wrong-output-shape
