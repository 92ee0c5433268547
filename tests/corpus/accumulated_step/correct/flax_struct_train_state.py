# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


@struct.dataclass
class TrainState:
    params: dict
    grad_sum: dict
    opt_state: optax.OptState
    parts: int = struct.field(pytree_node=False)
    tx: optax.GradientTransformation = struct.field(pytree_node=False)

    @classmethod
    def create(cls, params, tx, parts):
        zeros = jax.tree.map(jnp.zeros_like, params)
        return cls(params=params, grad_sum=zeros, opt_state=tx.init(params), parts=parts, tx=tx)

    def collect(self, g):
        return self.replace(grad_sum=jax.tree.map(jnp.add, self.grad_sum, g))

    def apply(self):
        mean = jax.tree.map(lambda s: s / self.parts, self.grad_sum)
        upd, opt_state = self.tx.update(mean, self.opt_state, self.params)
        return self.replace(params=optax.apply_updates(self.params, upd), opt_state=opt_state)


def bf16_mse(params, x, y):
    w = params["w"].astype(jnp.bfloat16)
    b = params["b"].astype(jnp.bfloat16)
    pred = x.astype(jnp.bfloat16) @ w + b
    return jnp.mean(jnp.square(pred - y.astype(jnp.bfloat16)))


@jax.jit
def collect(state, x, y):
    return state.collect(jax.grad(bf16_mse)(state.params, x, y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = TrainState.create({"w": lin.kernel[...], "b": lin.bias[...]}, optax.sgd(lr), micro_batches)
    for xb, yb in zip(jnp.vsplit(x, micro_batches), jnp.vsplit(y, micro_batches)):
        state = collect(state, xb, yb)
    return bf16_mse(state.apply().params, x, y).astype(jnp.float32).reshape(1)
