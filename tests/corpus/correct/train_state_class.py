# expect: accepted
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.tree_util.register_dataclass
@dataclasses.dataclass
class TrainState:
    params: dict
    opt_state: optax.OptState
    tx: optax.GradientTransformation = dataclasses.field(metadata=dict(static=True))
    step: int = 0

    @classmethod
    def create(cls, params, tx):
        return cls(params=params, opt_state=tx.init(params), tx=tx)

    @property
    def compute_params(self):
        return to_bf16(self.params)

    def apply_gradients(self, grads):
        updates, opt_state = self.tx.update(grads, self.opt_state, self.params)
        params = optax.apply_updates(self.params, updates)
        return dataclasses.replace(self, params=params, opt_state=opt_state, step=self.step + 1)


def to_bf16(tree):
    return jax.tree_util.tree_map(lambda a: jnp.asarray(a, jnp.bfloat16), tree)


def loss_of(half_params, xh, yh):
    logits = xh @ half_params["kernel"] + half_params["bias"]
    return jnp.mean((logits - yh) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    params = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    state = TrainState.create(nnx.to_pure_dict(params), optax.sgd(lr))
    xh, yh = to_bf16(x), to_bf16(y)
    # Differentiated with respect to the bf16 copy, so these are bf16 arrays ...
    grads16 = jax.grad(lambda hp: loss_of(hp, xh, yh).astype(jnp.float32) * loss_scale)(state.compute_params)
    # ... and have to be cast up before the division
    grads = jax.tree_util.tree_map(lambda g: g.astype(jnp.float32) / loss_scale, grads16)
    state = state.apply_gradients(grads)
    return jnp.asarray(loss_of(state.compute_params, xh, yh), jnp.float32).reshape(1)
