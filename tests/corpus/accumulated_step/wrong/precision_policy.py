# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class Policy:
    param_dtype: jnp.dtype = jnp.float32
    compute_dtype: jnp.dtype = jnp.float16  #@ wrong-half-dtype
    output_dtype: jnp.dtype = jnp.float32

    def cast_to_compute(self, tree):
        return optax.tree.cast(tree, self.compute_dtype)

    def cast_to_param(self, tree):
        return optax.tree.cast(tree, self.param_dtype)

    def cast_to_output(self, tree):
        return optax.tree.cast(tree, self.output_dtype)


def accumulated_step(seed, x, y, lr, micro_batches):
    policy = Policy()
    model = nnx.Linear(
        x.shape[1], y.shape[1], param_dtype=policy.param_dtype, rngs=nnx.Rngs(int(seed))
    )
    graphdef, params = nnx.split(model, nnx.Param)

    def loss_fn(params, batch):
        params, (x, y) = policy.cast_to_compute((params, batch))
        return jnp.mean(jnp.square(nnx.merge(graphdef, params)(x) - y))

    def split(a):
        return jnp.stack(jnp.split(a, micro_batches))

    grads = jax.lax.map(lambda b: jax.grad(loss_fn)(params, b), (split(x), split(y)))
    grads = jax.tree.map(lambda g: g.mean(0), policy.cast_to_param(grads))

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return policy.cast_to_output(loss_fn(params, (x, y))).reshape(1)
