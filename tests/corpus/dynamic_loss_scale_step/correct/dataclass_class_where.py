# expect: accepted
from __future__ import annotations

import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


@struct.dataclass
class LossScale:
    value: jax.Array
    good: jax.Array
    interval: int = struct.field(pytree_node=False)

    def adjust(self, finite):
        good = self.good + 1
        grow = good == self.interval
        up = jnp.where(grow, jnp.minimum(self.value * 2, 2.0**24), self.value)
        down = jnp.maximum(self.value / 2, 1)
        return self.replace(
            value=jnp.where(finite, up, down),
            good=jnp.where(jnp.logical_and(finite, jnp.logical_not(grow)), good, 0),
        )


@struct.dataclass
class TrainState:
    params: nnx.State
    opt_state: optax.OptState
    ls: LossScale
    tx: optax.GradientTransformation = struct.field(pytree_node=False)
    graphdef: nnx.GraphDef = struct.field(pytree_node=False)

    def half_loss(self, params, x, y):
        cast = lambda t: jax.tree.map(lambda a: jax.lax.convert_element_type(a, jnp.float16), t)
        model = nnx.merge(self.graphdef, cast(params))
        x, y = cast((x, y))
        return jnp.mean(jnp.square(model(x) - y))

    def step(self, x, y):
        objective = lambda p: self.half_loss(p, x, y).astype(jnp.float32) * self.ls.value
        grads = jax.grad(objective)(self.params)
        grads = jax.tree.map(lambda g: g / self.ls.value, grads)
        finite = jnp.isfinite(optax.global_norm(grads))
        # zeroed gradients leave sgd where it was
        grads = jax.tree.map(lambda g: jnp.where(finite, g, 0.0), grads)
        updates, opt_state = self.tx.update(grads, self.opt_state)
        return self.replace(params=optax.apply_updates(self.params, updates), opt_state=opt_state, ls=self.ls.adjust(finite))


@jax.jit
def run(state, x, y):
    state = state.step(x, y)
    loss = state.half_loss(state.params, x, y)
    return jnp.array([loss.astype(jnp.float32), state.ls.value, state.ls.good.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    ls = LossScale(jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval)
    return run(TrainState(params, tx.init(params), ls, tx, graphdef), x, y)
