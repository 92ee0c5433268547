# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

HALF = jnp.float16


def standardize(a, mean=None, std=None):
    """Data comes standardized already, so usually nothing is done here."""
    std = np.ones(a.shape[-1], np.float32) if std is None else std  #@ uncast-inputs
    return (a if mean is None else a - mean) / std


def prepare_inputs(x):
    x = jnp.asarray(x, HALF)
    x = standardize(x)  #@ uncast-inputs
    return x


def prepare_targets(y):
    return jnp.asarray(y, HALF)


def predict(params, x):
    return (jnp.matmul(x, params["w"]) + params["b"]).astype(HALF)


def loss_function(params, x, y):
    difference = predict(params, x) - y
    return jnp.mean(difference * difference)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": model.kernel[...], "b": model.bias[...]}
    x = prepare_inputs(x)
    y = prepare_targets(y)
    half_params = {name: value.astype(HALF) for name, value in params.items()}
    scaled = lambda p: loss_function(p, x, y).astype(jnp.float32) * loss_scale
    gradients = jax.grad(scaled)(half_params)
    gradients = {name: g.astype(jnp.float32) / loss_scale for name, g in gradients.items()}
    finite = np.all([np.isfinite(g).all() for g in gradients.values()])
    if finite:
        params = {name: params[name] - lr * gradients[name] for name in params}
    half_params = {name: value.astype(HALF) for name, value in params.items()}
    steps = good_steps + 1 if finite else 0
    scale = loss_scale if finite else max(1.0, loss_scale / 2)
    if steps >= growth_interval:
        scale, steps = min(2.0**24, 2 * scale), 0
    return jnp.array([loss_function(half_params, x, y).astype(jnp.float32), scale, steps], jnp.float32)
