# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    xh = jnp.asarray(x, jnp.float16)
    yh = jnp.asarray(y, jnp.float16)

    def loss(w, b):
        z = jnp.dot(xh, w.astype(jnp.float16)) + b.astype(jnp.float16)
        return jnp.mean((z - yh) ** 2)

    def scaled(w, b):
        return loss(w, b).astype(jnp.float32) * loss_scale

    dw, db = jax.grad(scaled, argnums=(0, 1))(w, b)
    dw = dw / loss_scale
    db = db / loss_scale
    finite = jnp.isfinite(dw).all() & jnp.isfinite(db).all()

    if finite is False:  #@ unchecked-overflow
        new_w, new_b = w, b
    else:
        new_w, new_b = w - lr * dw, b - lr * db  #@ unchecked-overflow

    count = jnp.where(finite, good_steps + 1, 0)
    grown = count == growth_interval
    scale = jnp.where(finite, loss_scale, max(loss_scale / 2, 1.0))
    scale = jnp.where(grown, min(loss_scale * 2, 2.0**24), scale)
    count = jnp.where(grown, 0, count)
    return jnp.array([loss(new_w, new_b), scale, count], dtype=jnp.float32)
