# expect: accepted
from dataclasses import dataclass, replace
import jax, jax.numpy as jnp, optax
from flax import nnx


@dataclass(frozen=True)
class Policy:
    param_dtype: object = jnp.float32
    compute_dtype: object = jnp.bfloat16
    output_dtype: object = jnp.float32

    def cast_to_compute(self, *a):
        return tuple(jnp.asarray(v).astype(self.compute_dtype) for v in a)


@dataclass(frozen=True)
class TrainState:
    params: object
    opt_state: object
    grads: object
    seen: int = 0

    def accumulate(self, g):
        return replace(self, grads=jax.tree.map(jnp.add, self.grads, g), seen=self.seen + 1)

    def apply(self, tx):
        mean = jax.tree.map(lambda g: g * (1.0 / self.seen), self.grads)
        u, o = tx.update(mean, self.opt_state, self.params)
        return replace(self, params=optax.apply_updates(self.params, u), opt_state=o)


def accumulated_step(seed, x, y, lr, micro_batches):
    pol = Policy()
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=pol.compute_dtype, param_dtype=pol.param_dtype,
                       rngs=nnx.Rngs(int(seed)))
    static, params = nnx.split(model, nnx.Param)
    tx = optax.sgd(lr)
    ts = TrainState(params, tx.init(params), jax.tree.map(jnp.zeros_like, params))
    xc, yc = pol.cast_to_compute(x, y)

    @jax.jit
    def loss(p, a, b):
        return optax.losses.squared_error(nnx.merge(static, p)(a), b).mean()

    rows = xc.shape[0] // micro_batches
    for a, b in zip(xc.reshape(-1, rows, xc.shape[1]), yc.reshape(-1, rows, yc.shape[1])):
        ts = ts.accumulate(jax.grad(loss)(ts.params, a, b))
    ts = ts.apply(tx)
    return jnp.stack([loss(ts.params, xc, yc)]).astype(pol.output_dtype)
