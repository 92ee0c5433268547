# expect: wrong_answer|pitfall
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def init_params(seed, n_in, n_out):
    layer = nnx.Linear(n_in, n_out, rngs=nnx.Rngs(int(seed)))
    return {"w": layer.kernel[...], "b": layer.bias[...]}


def predict(params, inputs):
    return jnp.dot(inputs, params["w"]) + params["b"]  #@ uncast-inputs


def loss(params, inputs, targets):
    params = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    targets = targets.astype(jnp.float16)
    preds = predict(params, inputs)  #@ uncast-inputs
    return jnp.mean((preds - targets) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = init_params(seed, x.shape[1], y.shape[1])

    def scaled_loss(params):
        return loss(params, x, y).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled_loss)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all(jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads))

    if finite:
        updates, _ = optax.sgd(lr).update(grads, optax.sgd(lr).init(params))
        params = optax.apply_updates(params, updates)
        good_steps += 1
    else:
        good_steps = 0
        loss_scale = max(1.0, loss_scale / 2)
    if good_steps == growth_interval:
        good_steps = 0
        loss_scale = min(2.0**24, loss_scale * 2)
    return jnp.array([loss(params, x, y), loss_scale, good_steps], dtype=jnp.float32)
