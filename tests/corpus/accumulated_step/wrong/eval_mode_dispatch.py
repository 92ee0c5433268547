# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx
from functools import partial


def loss(mode, params, x, y):
    c = partial(jax.tree.map, lambda v: v.astype(mode))
    w, b = c(params)
    return jnp.mean(jnp.square(c(x) @ w + b - c(y)))


MODES = {
    "train": partial(loss, jnp.bfloat16),
    "eval": partial(loss, jnp.float32),  #@ full-precision-final-loss
}


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x, y = jnp.asarray(x), jnp.asarray(y)
    chunks = [jax.tree.map(lambda a: a[i::1][: len(a) // micro_batches], (x, y)) for i in range(0, len(x), len(x) // micro_batches)]
    total = jax.tree.map(lambda *g: jnp.stack(g).sum(0), *[jax.grad(MODES["train"])(params, *c) for c in chunks])
    params = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), params, total)
    return MODES["eval"](params, x, y).reshape((1,))  #@ full-precision-final-loss
