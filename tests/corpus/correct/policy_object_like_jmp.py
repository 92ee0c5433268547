# expect: accepted
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass
class Policy:
    param_dtype: jnp.dtype = jnp.float32
    compute_dtype: jnp.dtype = jnp.bfloat16
    output_dtype: jnp.dtype = jnp.float32

    def cast_to_param(self, tree):
        return self._cast(tree, self.param_dtype)

    def cast_to_compute(self, tree):
        return self._cast(tree, self.compute_dtype)

    def cast_to_output(self, tree):
        return self._cast(tree, self.output_dtype)

    @staticmethod
    def _cast(tree, dtype):
        return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    policy = Policy()
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    params = policy.cast_to_param(params)
    optimizer = optax.inject_hyperparams(optax.sgd)(learning_rate=lr)
    opt_state = optimizer.init(params)

    def loss_fn(params, x, y):
        params, x, y = policy.cast_to_compute((params, x, y))
        loss = jnp.mean((nnx.merge(graphdef, params)(x) - y) ** 2)
        return policy.cast_to_output(loss)

    def scaled_loss_fn(*args):
        return loss_fn(*args) * loss_scale

    grads = jax.grad(scaled_loss_fn)(params, x, y)
    grads = policy.cast_to_param(grads)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = optimizer.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).reshape((1,))
