# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def make_fp16(model):
    copy = nnx.clone(model)
    copy.kernel[...] = copy.kernel[...]
    nnx.update(copy, jax.tree.map(lambda a: a.astype(jnp.float16), nnx.state(copy)))
    return copy


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    model_fp16 = make_fp16(model)
    x = jnp.asarray(x, dtype=jnp.float16)
    y = jnp.asarray(y, dtype=jnp.float16)

    def train_loss(m):
        return mse(m, x, y).astype(jnp.float32) * loss_scale

    scaled_loss, grads = nnx.value_and_grad(train_loss)(model_fp16)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    overflow = any(not bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    if overflow:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    else:
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0

    model_fp16.eval()
    loss = mse(model_fp16, x, y)  #@ stale-loss
    return jnp.array([loss.astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
