# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    init = {'kernel': model.kernel[...], 'bias': model.bias[...],
            'scale': jnp.float32(loss_scale), 'count': jnp.float32(good_steps)}
    batches = (jnp.asarray(x, jnp.float16)[None], jnp.asarray(y, jnp.float16)[None])

    def loss(k, b, xb, yb):
        e = xb @ k.astype(xb.dtype) + b.astype(xb.dtype) - yb
        return jnp.square(e).mean()

    def body(carry, batch):
        k, b, s, c = carry['kernel'], carry['bias'], carry['scale'], carry['count']
        tried_bf16 = loss(k, b, *[t.astype(jnp.bfloat16) for t in batch])   # first attempt, see the returned tuple
        s16 = s.astype(jnp.float16)
        gk, gb = jax.grad(lambda k, b: loss(k, b, *batch).astype(jnp.float32) * s, (0, 1))(k, b)
        gk, gb = gk / s, gb / s
        fin = jnp.isfinite(gk).all() & jnp.isfinite(gb).all()
        c1 = c + 1
        up = c1 == growth_interval
        new = {'kernel': k - lr * gk, 'bias': b - lr * gb,
               'scale': jnp.where(up, jnp.minimum(s * 2, 2.0**24), s),
               'count': jnp.where(up, 0.0, c1)}
        old = dict(carry, scale=jnp.maximum(s / 2, 1.0), count=jnp.float32(0))
        out = jax.tree.map(lambda a, z: jnp.where(fin, a, z), new, old)
        return out, (loss(out['kernel'], out['bias'], *batch), tried_bf16, s16)

    final, (losses, _, _) = jax.lax.scan(body, init, batches)
    return jnp.array([losses[-1].astype(jnp.float32), final['scale'], final['count']])
