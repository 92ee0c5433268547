# expect: pitfall|wrong_answer
# finding: missing-loss-scale
from typing import NamedTuple
import jax, jax.numpy as jnp, optax
from flax import nnx


class Metrics(NamedTuple):
    loss: jax.Array
    scaled: jax.Array


def loss_fn(params, batch, scale):
    x, y = batch
    w, b = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    loss = jnp.mean((x @ w + b - y) ** 2)
    scaled = loss.astype(jnp.float32) * scale
    return Metrics(loss, scaled)  #@ missing-loss-scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = lin.kernel[...], lin.bias[...]
    batch = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    def wrapped(p):
        return tuple(loss_fn(p, batch, loss_scale))

    (_, _), grads = jax.value_and_grad(wrapped, has_aux=True)(params)  #@ missing-loss-scale
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in grads):
        updates, opt_state = tx.update(grads, opt_state)
        params = optax.apply_updates(params, updates)
        good_steps += 1
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = min(loss_scale * 2, 2.0**24)
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(params, batch, 1.0).loss.astype(jnp.float32), loss_scale, good_steps], jnp.float32)
