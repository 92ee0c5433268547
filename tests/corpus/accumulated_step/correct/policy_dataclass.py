# expect: accepted
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class Policy:
    param_dtype: jnp.dtype
    compute_dtype: jnp.dtype
    output_dtype: jnp.dtype

    def _cast(self, tree, dtype):
        def one(leaf):
            return leaf.astype(dtype) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf
        return jax.tree.map(one, tree)

    def cast_to_param(self, tree):
        return self._cast(tree, self.param_dtype)

    def cast_to_compute(self, tree):
        return self._cast(tree, self.compute_dtype)

    def cast_to_output(self, tree):
        return self._cast(tree, self.output_dtype)


policy = Policy(jnp.dtype("float32"), jnp.dtype(jnp.bfloat16), jnp.dtype("float32"))


def loss_fn(model, batch):
    graphdef, params, rest = nnx.split(model, nnx.Param, ...)
    net = nnx.merge(graphdef, policy.cast_to_compute(params), rest)
    x, y = policy.cast_to_compute(batch)
    return jnp.mean(jnp.square(net(x) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    size = x.shape[0] // micro_batches
    collected = []
    for i in range(micro_batches):
        batch = (x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])
        grads = nnx.grad(loss_fn)(model, batch)
        collected.append(policy.cast_to_param(grads))
    mean = jax.tree.map(lambda *gs: jnp.mean(jnp.stack(gs), axis=0), *collected)
    optimizer.update(model, mean)
    return policy.cast_to_output(loss_fn(model, (x, y))).reshape((1,))
