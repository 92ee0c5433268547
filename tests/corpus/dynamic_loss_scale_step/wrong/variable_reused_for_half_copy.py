# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    w, b, x, y = (t.astype(jnp.float16) for t in (w, b, x, y))  #@ master-downcast

    def loss(w, b):
        return jnp.mean((x @ w + b - y) ** 2)

    gw, gb = jax.grad(lambda w, b: loss(w, b).astype(jnp.float32) * loss_scale, (0, 1))(w, b)
    gw, gb = gw.astype(jnp.float32) / loss_scale, gb.astype(jnp.float32) / loss_scale
    if jnp.isfinite(gw).all() and jnp.isfinite(gb).all():
        w = (w.astype(jnp.float32) - lr * gw).astype(jnp.float32)
        b = (b.astype(jnp.float32) - lr * gb).astype(jnp.float32)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    final = loss(w.astype(jnp.float16), b.astype(jnp.float16))
    return jnp.array([final.astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
