# expect: pitfall|wrong_answer
# finding: uncast-inputs
# allow: full-precision-loss
import jax
import jax.numpy as jnp
from flax import nnx


def prepare(x, y):
    x.astype(jnp.float16)  #@ uncast-inputs
    y = y.astype(jnp.float16)
    return x, y  #@ uncast-inputs


def forward(params, x):
    return jnp.dot(x, params["kernel"]) + params["bias"]  #@ uncast-inputs


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    x, y = prepare(x, y)

    def loss_fn(masters):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), masters)
        return jnp.mean(jnp.square(forward(half, x) - y))

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(masters)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        masters = jax.tree.map(lambda p, g: p - lr * g, masters, grads)
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss_fn(masters).astype(jnp.float32), loss_scale, good_steps])
