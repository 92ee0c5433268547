# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

HALF = jnp.float16


def _loss(p, xb, yb):
    pred = jax.lax.dot_general(xb, p["kernel"], (((1,), (0,)), ((), ()))) + p["bias"]
    return jnp.square(pred - yb).mean()


def _down(p):
    return {name: v.astype(HALF) for name, v in p.items()}


def make_body(lr, interval):
    def body(carry, batch):
        p, scale, count = carry
        xb, yb = batch

        def scaled(q):
            return _loss(q, xb, yb).astype(jnp.float32) * scale

        g = {n: v.astype(jnp.float32) / scale for n, v in jax.grad(scaled)(_down(p)).items()}
        total = sum(v.sum() for v in g.values())
        ok = jnp.isfinite(total)
        p = jax.tree.map(lambda a, d: jnp.where(ok, a - lr * d, a), p, g)
        count = jnp.where(ok, count + 1, 0)
        doublings = jnp.where(ok, count // interval, -1)
        scale = jnp.clip(jnp.ldexp(scale, doublings), 1.0, 2.0**24)
        count = count % interval
        return (p, scale, count), _loss(_down(p), xb, yb)

    return body


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": m.kernel[...], "bias": m.bias[...]}
    batches = (jnp.asarray(x)[None].astype(HALF), jnp.asarray(y)[None].astype(HALF))
    carry = (params, jnp.float32(loss_scale), jnp.int32(good_steps))
    (params, scale, count), losses = jax.lax.scan(make_body(lr, growth_interval), carry, batches)
    return jnp.concatenate([losses.astype(jnp.float32), scale[None], count[None].astype(jnp.float32)])
