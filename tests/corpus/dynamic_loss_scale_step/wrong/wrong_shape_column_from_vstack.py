# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def half_loss(w, b, x, y):
    to = lambda a: a.astype(jnp.float16)
    return jnp.mean(jnp.square(to(x) @ to(w) + to(b) - to(y)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w0, b0 = init.kernel[...], init.bias[...]
    dw, db = jax.grad(lambda w, b: half_loss(w, b, x, y).astype(jnp.float32) * loss_scale, argnums=(0, 1))(w0, b0)
    dw, db = dw.astype(jnp.float32) / loss_scale, db.astype(jnp.float32) / loss_scale
    finite = bool(jnp.isfinite(jnp.append(dw.ravel(), db)).all())
    w1, b1 = (w0 - lr * dw, b0 - lr * db) if finite else (w0, b0)
    grown = finite and good_steps + 1 == growth_interval
    s1 = min(loss_scale * 2, 2.0**24) if grown else loss_scale if finite else max(loss_scale / 2, 1.0)
    n1 = good_steps + 1 if finite and not grown else 0
    row = [half_loss(w1, b1, x, y).astype(jnp.float32), jnp.float32(s1), jnp.float32(n1)]
    return jnp.vstack(row)  #@ wrong-output-shape
