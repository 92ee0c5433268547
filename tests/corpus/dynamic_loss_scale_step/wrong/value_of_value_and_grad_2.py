# expect: pitfall|wrong_answer
# finding: stale-loss
"""The loss returned is value_and_grad's value, divided by the scale, from before the update."""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}

    @jax.jit
    def run(params, s, n):
        def scaled(p):
            p, xx, yy = jax.tree.map(lambda a: a.astype(jnp.float16), (p, x, y))
            loss = jnp.mean(jnp.square(xx @ p["w"] + p["b"] - yy)).astype(jnp.float32)
            return loss * s, loss

        (_, loss), g = jax.value_and_grad(scaled, has_aux=True)(params)  #@ stale-loss
        g = jax.tree.map(lambda a: a / s, g)
        ok = jnp.isfinite(g["w"]).all() & jnp.isfinite(g["b"]).all()
        new = jax.tree.map(lambda p, a: jnp.where(ok, p - lr * a, p), params, g)
        due = n + 1 == growth_interval
        s = jnp.where(ok, jnp.where(due, jnp.minimum(2 * s, 2.0**24), s), jnp.maximum(s / 2, 1.0))
        n = jnp.where(ok & ~due, n + 1, 0)
        return new, jnp.stack([loss, s, n.astype(jnp.float32)])  #@ stale-loss

    params, out = run(params, jnp.float32(loss_scale), jnp.int32(good_steps))
    return out
