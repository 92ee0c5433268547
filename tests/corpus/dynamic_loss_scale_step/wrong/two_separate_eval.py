# expect: wrong_answer|pitfall
# finding: low-precision-grads
# finding: uncast-inputs
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def evaluate(graphdef, params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    prediction = nnx.merge(graphdef, half)(x)  #@ uncast-inputs
    return jnp.mean((prediction - y.astype(jnp.float16)) ** 2)


def train(graphdef, params, x, y, scale):
    xs, ys = x.astype(jnp.float16), y.astype(jnp.float16)

    def objective(params):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        prediction = nnx.merge(graphdef, half)(xs)
        return jnp.mean((prediction - ys) ** 2).astype(jnp.float32) * scale

    grads = jax.grad(objective)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    # half the memory for the gradients
    grads = jax.tree.map(lambda g: g.astype(jnp.float16), grads)  #@ low-precision-grads
    return grads, finite


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    grads, finite = train(graphdef, params, x, y, loss_scale)
    if finite:
        grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
        updates, _ = optax.sgd(lr).update(grads, optax.sgd(lr).init(params), params)
        params = optax.apply_updates(params, updates)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    loss = evaluate(graphdef, params, x, y)  #@ uncast-inputs
    return jnp.array([loss, loss_scale, good_steps], dtype=jnp.float32)
