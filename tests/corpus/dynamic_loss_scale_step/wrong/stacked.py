# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx

as16 = lambda a: jnp.asarray(a, jnp.float16)
as32 = lambda a: jnp.asarray(a, jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = as32(lin.kernel[...]), as32(lin.bias[...])

    def loss(w, b):
        return as32(jnp.mean((as16(x) @ as16(w) + as16(b) - as16(y)) ** 2))

    gw, gb = jax.grad(lambda w, b: loss(w, b) * loss_scale, argnums=(0, 1))(w, b)
    gw, gb = gw / loss_scale, gb / loss_scale
    fine = jnp.isfinite(gw).all() & jnp.isfinite(gb).all()
    w, b = jax.lax.cond(fine, lambda: (w - lr * gw, b - lr * gb), lambda: (w, b))

    due = good_steps + 1 >= growth_interval
    scale, count = jax.lax.cond(
        fine,
        lambda: (as32(min(2 * loss_scale, 2.0**24) if due else loss_scale), as32(0 if due else good_steps + 1)),
        lambda: (as32(max(loss_scale / 2, 1.0)), as32(0)),
    )
    return jnp.vstack([loss(w, b), scale, count])  #@ wrong-output-shape
