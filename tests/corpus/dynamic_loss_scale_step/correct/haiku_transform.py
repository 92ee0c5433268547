# expect: accepted
import collections

import jax
import jax.numpy as jnp
import optax
from flax import nnx

Transformed = collections.namedtuple("Transformed", ["init", "apply"])
TrainingState = collections.namedtuple("TrainingState", ["params", "opt_state", "loss_scale", "good_steps"])


def linear(d_in, d_out):
    def init(seed):
        layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        return {"linear": {"w": layer.kernel[...], "b": layer.bias[...]}}

    def apply(params, inputs):
        p = params["linear"]
        return jnp.dot(inputs, p["w"]) + jnp.broadcast_to(p["b"], (inputs.shape[0], d_out))

    return Transformed(init, apply)


def half(tree):
    return jax.tree.map(lambda t: t.astype(jnp.float16), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = linear(x.shape[1], y.shape[1])
    opt = optax.sgd(lr)
    params = net.init(int(seed))
    state = TrainingState(params, opt.init(params), loss_scale, good_steps)
    batch = half({"x": jnp.asarray(x), "y": jnp.asarray(y)})

    def loss_fn(params, batch):
        logits = net.apply(half(params), batch["x"])
        return jnp.mean(jnp.square(logits - batch["y"])).astype(jnp.float32)

    def update(state, batch):
        scaled = lambda p: state.loss_scale * loss_fn(p, batch)
        grads = jax.grad(scaled)(state.params)
        grads = jax.tree.map(lambda g: g / state.loss_scale, grads)
        finite = jax.tree.reduce(lambda acc, g: acc and bool(jnp.isfinite(g).all()), grads, True)
        if not finite:
            return state._replace(loss_scale=max(state.loss_scale / 2, 1.0), good_steps=0)
        updates, opt_state = opt.update(grads, state.opt_state)
        state = TrainingState(
            optax.apply_updates(state.params, updates), opt_state, state.loss_scale, state.good_steps + 1
        )
        if state.good_steps < growth_interval:
            return state
        return state._replace(loss_scale=min(state.loss_scale * 2, 2.0**24), good_steps=0)

    state = update(state, batch)
    out = loss_fn(state.params, batch), state.loss_scale, state.good_steps
    return jnp.array(out, dtype=jnp.float32)
