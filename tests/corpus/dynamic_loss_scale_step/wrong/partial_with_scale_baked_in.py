# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
from functools import partial
import jax
import jax.numpy as jnp
from flax import nnx


def objective(x, y, scale, p):
    k, b = p
    e = x @ k.astype(x.dtype) + b.astype(x.dtype) - y
    return jnp.mean(e * e).astype(jnp.float32) * scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    f = partial(objective, jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16), loss_scale)

    def walk(p):
        while True:
            g = [a / jnp.float32(loss_scale) for a in jax.grad(f)(p)]
            ok = all(bool(jnp.isfinite(a).all()) for a in g)
            p = [a - lr * d for a, d in zip(p, g)] if ok else p
            yield ok, p

    ok, p = next(walk([lin.kernel[...], lin.bias[...]]))
    n = good_steps + 1 if ok else 0
    s = (min(loss_scale * 2, 2.0**24) if n == growth_interval else loss_scale) if ok else max(loss_scale / 2, 1.0)
    return jnp.array([f(p), s, n % growth_interval], jnp.float32)  #@ scaled-loss-returned
