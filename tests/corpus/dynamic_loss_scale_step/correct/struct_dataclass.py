# expect: accepted
import functools

import jax
import jax.numpy as jnp
from flax import nnx, struct

MAX_SCALE = 2.0**24
MIN_SCALE = 1.0


@struct.dataclass
class DynamicScale:
    scale: jax.Array
    good_steps: jax.Array
    growth_interval: int = struct.field(pytree_node=False)

    def value_and_grad(self, fn):
        def scaled(*args):
            loss = fn(*args)
            return loss.astype(jnp.float32) * self.scale, loss

        def wrapped(*args):
            (_, loss), grads = jax.value_and_grad(scaled, has_aux=True)(*args)
            grads = jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads)
            finite = functools.reduce(jnp.logical_and, [jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)])
            return loss, grads, finite

        return wrapped

    def advance(self, finite):
        count = self.good_steps + 1
        grow = jnp.logical_and(finite, count == self.growth_interval)
        shrunk = jnp.maximum(self.scale * 0.5, MIN_SCALE)
        grown = jnp.minimum(self.scale * 2.0, MAX_SCALE)
        return self.replace(
            scale=jnp.where(finite, jnp.where(grow, grown, self.scale), shrunk),
            good_steps=jnp.where(jnp.logical_or(grow, jnp.logical_not(finite)), 0, count),
        )


@struct.dataclass
class TrainState:
    params: dict
    scaler: DynamicScale


def loss_fn(params, batch):
    p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
    b = jax.tree.map(lambda a: a.astype(jnp.float16), batch)
    return jnp.mean(jnp.square(b["x"] @ p["kernel"] + p["bias"] - b["y"]))


@functools.partial(jax.jit, static_argnames="lr")
def train_step(state, batch, *, lr):
    _, grads, finite = state.scaler.value_and_grad(loss_fn)(state.params, batch)
    stepped = jax.tree.map(lambda p, g: p - lr * g, state.params, grads)
    params = jax.tree.map(lambda a, b: jax.lax.select(jnp.broadcast_to(finite, a.shape), a, b), stepped, state.params)
    return state.replace(params=params, scaler=state.scaler.advance(finite))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = TrainState(
        params={"kernel": layer.kernel[...], "bias": layer.bias[...]},
        scaler=DynamicScale(jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval),
    )
    batch = {"x": x, "y": y}
    state = train_step(state, batch, lr=lr)
    loss = loss_fn(state.params, batch)
    return jnp.stack([v.astype(jnp.float32) for v in (loss, state.scaler.scale, state.scaler.good_steps)])
