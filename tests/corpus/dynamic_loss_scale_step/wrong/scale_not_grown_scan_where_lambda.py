# expect: pitfall|wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(model, nnx.Param))

    def body(carry, batch):
        p, scale, count = carry
        bx, by = batch

        def loss(p):
            h = jax.tree.map(lambda a: a.astype(jnp.float16), p)
            return jnp.mean((bx @ h["kernel"] + h["bias"] - by) ** 2)

        g = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(p)
        g = jax.tree.map(lambda a: a / scale, g)
        finite = jnp.all(jnp.array([jnp.isfinite(a).all() for a in jax.tree.leaves(g)]))
        p = jax.tree.map(lambda a, d: jnp.where(finite, a - lr * d, a), p, g)

        count = jnp.where(finite, count + 1, 0)
        count = jnp.where(count >= growth_interval, 0, count)  #@ scale-not-grown
        scale = jnp.where(finite, scale, jnp.maximum(scale / 2, 1.0))
        scale = jnp.where(count >= growth_interval, jnp.minimum(scale * 2, 2.0**24), scale)  #@ scale-not-grown
        return (p, scale, count), loss(p)

    carry = (params, jnp.float32(loss_scale), jnp.int32(good_steps))
    batches = (x[None].astype(jnp.float16), y[None].astype(jnp.float16))
    (_, scale, count), losses = jax.lax.scan(body, carry, batches)
    return jnp.stack([losses[-1].astype(jnp.float32), scale, count.astype(jnp.float32)])
