# expect: wrong_answer
# finding: partial-finite-check
from typing import Any, Callable

import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


@struct.dataclass
class AmpState:
    params: Any
    opt_state: optax.OptState
    scale: jax.Array
    streak: jax.Array
    tx: optax.GradientTransformation = struct.field(pytree_node=False)
    loss_fn: Callable = struct.field(pytree_node=False)
    interval: int = struct.field(pytree_node=False)

    def apply(self, grads):
        updates, opt_state = self.tx.update(grads, self.opt_state, self.params)
        streak = self.streak + 1
        full = streak >= self.interval
        return self.replace(
            params=optax.apply_updates(self.params, updates),
            opt_state=opt_state,
            scale=jnp.where(full, jnp.minimum(self.scale * 2.0, 2.0**24), self.scale),
            streak=jnp.where(full, 0, streak),
        )

    def back_off(self):
        return self.replace(
            scale=jnp.maximum(self.scale / 2.0, 1.0), streak=jnp.zeros_like(self.streak)
        )


@jax.jit
def amp_step(state: AmpState) -> AmpState:
    def objective(params):
        return state.loss_fn(params).astype(jnp.float32) * state.scale

    scaled, grads = jax.value_and_grad(objective)(state.params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / state.scale, grads)
    healthy = jnp.isfinite(scaled)  #@ partial-finite-check
    return jax.lax.cond(healthy, lambda: state.apply(grads), lambda: state.back_off())


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(
        nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    )
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(params):
        return jnp.mean(jnp.square(nnx.merge(graphdef, params)(x16) - y16))

    tx = optax.sgd(lr)
    state = AmpState(
        params=params,
        opt_state=tx.init(params),
        scale=jnp.float32(loss_scale),
        streak=jnp.int32(good_steps),
        tx=tx,
        loss_fn=loss_fn,
        interval=growth_interval,
    )
    state = amp_step(state)
    return jnp.stack([v.astype(jnp.float32) for v in (loss_fn(state.params), state.scale, state.streak)])
