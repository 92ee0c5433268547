# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.flatten_util
import jax.numpy as jnp
from flax import nnx


def descend(p, g, rate=0.01):  #@ lr-ignored
    return p - rate * g


def half_mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.float16), (p, x, y))
    return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2).astype(jnp.float32)


def update(state, g, lr):
    p, s, n = state
    del lr  # the rate is a part of descend
    return jax.tree.map(descend, p, g), s, n + 1  #@ lr-ignored


def regulate(state, ok, interval):
    p, s, n = state
    if not ok:
        return p, max(s / 2, 1.0), 0
    if n >= interval:
        return p, min(s * 2, 2.0**24), 0
    return state


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    p = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    state = (p, loss_scale, good_steps)
    grads = jax.grad(lambda p: half_mse(p, x, y) * loss_scale)(p)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    ok = bool(jnp.all(jnp.isfinite(jax.flatten_util.ravel_pytree(grads)[0])))
    state = regulate(update(state, grads, lr) if ok else state, ok, growth_interval)
    return jnp.array([half_mse(state[0], x, y), state[1], state[2]], jnp.float32)
