# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx


def make_scale(value, count, interval):
    box = {"value": value, "count": count}

    def halve():
        box["value"] = max(box["value"] / 2.0, 1.0)

    def double():
        box["value"] = min(box["value"] * 2.0, 2.0**24)

    def reset():
        box["count"] = 0

    def on_overflow():
        halve()  #@ scale-not-reduced
        reset()

    def on_success():
        box["count"] += 1
        if box["count"] >= interval:
            double()
            reset()

    return box, {"overflow": on_overflow, "success": on_success, "backoff": halve}


def make_params(layer):
    box = {"kernel": layer.kernel[...], "bias": layer.bias[...]}

    def half():
        return {k: v.astype(jnp.float16) for k, v in box.items()}

    def descend(grads, lr):
        for k in box:
            box[k] = box[k] - lr * grads[k]

    return half, descend


def make_loss(x, y):
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(jnp.dot(x, p["kernel"]) + p["bias"] - y))

    return loss


def make_attempt(loss, half, descend, handlers, lr):
    def attempt(scale):
        grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(half())
        grads = {k: g.astype(jnp.float32) / scale for k, g in grads.items()}
        if all(bool(jnp.isfinite(g).all()) for g in grads.values()):
            descend(grads, lr)
            return "success"
        handlers["backoff"]()  #@ scale-not-reduced
        return "overflow"

    return attempt


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scale, handlers = make_scale(loss_scale, good_steps, growth_interval)
    half, descend = make_params(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    loss = make_loss(x, y)
    event = make_attempt(loss, half, descend, handlers, lr)(scale["value"])
    handlers[event]()
    return jnp.array([loss(half()).astype(jnp.float32), scale["value"], scale["count"]], jnp.float32)
