# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale_like(template):
    def unscale(grads, scale):
        return jax.tree.map(lambda g, t: (g.astype(jnp.float32) / scale).astype(t.dtype), grads, template)  #@ low-precision-grads

    return unscale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    masters = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    copies = jax.tree.map(lambda m: m.astype(jnp.float16), masters)
    data = jax.tree.map(lambda m: m.astype(jnp.float16), {"x": x, "y": y})

    def loss(c, data):
        return jnp.mean(jnp.square(data["x"] @ c["kernel"] + c["bias"] - data["y"]))

    lin, jvp = jax.linearize(lambda c: loss_scale * loss(c, data).astype(jnp.float32), copies)
    (grads,) = jax.linear_transpose(jvp, copies)(jnp.ones_like(lin))
    grads = unscale_like(copies)(grads, loss_scale)  #@ low-precision-grads
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    finite = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda g: jnp.all(jnp.isfinite(g)), grads))
    opt = optax.sgd(lr)
    upd = opt.update(grads, opt.init(masters))[0]
    moved = optax.apply_updates(masters, upd)
    masters = jax.tree.map(lambda a, b: jax.lax.select(finite, a, b), moved, masters)
    n = jnp.where(finite, good_steps + 1, 0)
    s = jnp.where(finite, jnp.float32(loss_scale), jnp.maximum(jnp.float32(loss_scale) / 2, 1))
    s = jnp.where(n == growth_interval, jnp.minimum(s * 2, 2.0**24), s)
    n = jnp.where(n == growth_interval, 0, n)
    new = loss(jax.tree.map(lambda m: m.astype(jnp.float16), masters), data)
    return jnp.array([new, s, n], jnp.float32)
