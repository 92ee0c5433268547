# expect: pitfall|wrong_answer
# finding: uncast-inputs
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_copy(params):
    return jax.tree.map(lambda p: p.astype(jnp.float16), params)


def predict(params, x):
    return (x @ params["kernel"] + params["bias"]).astype(jnp.float16)  #@ uncast-inputs


def loss_fn(params, x, y):
    error = (predict(params, x) - y).astype(jnp.float16)  #@ uncast-targets
    return jnp.mean(jnp.square(error))


def select(ok, new, old):
    return jax.tree.map(lambda a, b: jax.lax.select(jnp.full(a.shape, ok), a, b), new, old)


@jax.jit
def one_step(params, batch, lr, scale, count, interval):
    x, y = batch
    loss = lambda p: loss_fn(p, x, y).astype(jnp.float32) * scale
    grads = jax.grad(loss)(half_copy(params))
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    ok = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda g: jnp.all(jnp.isfinite(g)), grads))

    params = select(ok, optax.tree_utils.tree_add_scale(params, -lr, grads), params)
    count = jnp.where(ok, count + 1, 0)
    grow = count >= interval
    scale = jnp.where(ok, scale * jnp.where(grow, 2.0, 1.0), scale * 0.5).clip(1.0, 2.0**24)
    return params, scale, jnp.where(grow, 0, count)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    batch = (jnp.asarray(x), jnp.asarray(y))
    params, scale, count = one_step(params, batch, jnp.float32(lr), jnp.float32(loss_scale),
                                    jnp.int32(good_steps), jnp.int32(growth_interval))
    loss = loss_fn(half_copy(params), *batch).astype(jnp.float32)
    return jnp.stack([loss, scale, count.astype(jnp.float32)])
