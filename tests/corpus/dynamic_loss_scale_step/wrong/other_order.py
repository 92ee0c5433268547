# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def half_linear(params, x):
    return x @ params["kernel"] + params["bias"]


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    state = {"scale": loss_scale, "count": good_steps}

    def loss_fn(params):
        p, xs, ys = jax.tree.map(lambda t: t.astype(jnp.float16), (params, x, y))
        return jnp.mean(jnp.square(half_linear(p, xs) - ys)).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * state["scale"])(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / state["scale"], grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in grads.values())
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        state["count"] += 1
        if state["count"] == growth_interval:
            state = {"scale": min(state["scale"] * 2, 2.0**24), "count": 0}
    else:
        state = {"scale": max(state["scale"] / 2, 1.0), "count": 0}
    state["loss"] = loss_fn(params)
    return jnp.array([state[key] for key in ("loss", "count", "scale")], dtype=jnp.float32)
