# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def cast_list(arrays, dtype):
    casted = []
    for a in arrays:
        casted.append(a.astype(dtype))
    return casted


def unscale_list(arrays, scale):
    unscaled = []
    for a in arrays:
        unscaled.append(a / scale)
    return unscaled


def check_list(arrays):
    for a in arrays:
        if not bool(jnp.isfinite(a).all()):
            return False
    return True


def loss_of(weights, x, y):
    return jnp.mean((x @ weights[0] + weights[1] - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weights = [layer.kernel[...], layer.bias[...]]
    x, y = cast_list([x, y], jnp.float16)

    def scaled_loss(ws):
        return loss_of(ws, x, y).astype(jnp.float32) * loss_scale

    gradients = jax.grad(scaled_loss)(cast_list(weights, jnp.float16))
    gradients = cast_list(gradients, jnp.float32)
    gradients_unscaled = unscale_list(gradients, loss_scale)
    good = check_list(gradients_unscaled)
    if good:
        new_weights = []
        for w, g in zip(weights, gradients):  #@ unscaled-grads
            new_weights.append(w - lr * g)  #@ unscaled-grads
        weights = new_weights
        good_steps += 1
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = min(loss_scale * 2, 2**24)
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1)
    last_loss = loss_of(cast_list(weights, jnp.float16), x, y)
    return jnp.array([last_loss.astype(jnp.float32), loss_scale, good_steps], jnp.float32)
