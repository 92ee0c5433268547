# expect: accepted
import functools
from typing import Any, NamedTuple
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Policy(NamedTuple):
    param_dtype: Any
    compute_dtype: Any
    output_dtype: Any

    def _to(self, tree, dt):
        return jax.tree.map(lambda a: a.astype(dt) if jnp.issubdtype(a.dtype, jnp.floating) else a, tree)

    def cast_to_compute(self, tree):
        return self._to(tree, self.compute_dtype)

    def cast_to_param(self, tree):
        return self._to(tree, self.param_dtype)

    def cast_to_output(self, tree):
        return self._to(tree, self.output_dtype)

    @classmethod
    def parse(cls, text):
        names = {"params": None, "compute": None, "output": None}
        names.update(kv.split("=") for kv in text.split(","))
        return cls(*(jnp.dtype(names[k]) for k in ("params", "compute", "output")))


policy = Policy.parse("params=float32,compute=bfloat16,output=float32")


def computes(fn):
    @functools.wraps(fn)
    def wrapped(*trees):
        return fn(*policy.cast_to_compute(trees))
    return wrapped


def gives_param_dtype(fn):
    @functools.wraps(fn)
    def wrapped(*args):
        return policy.cast_to_param(fn(*args))
    return wrapped


@computes
def objective(params, inputs, labels):
    logits = inputs @ params.kernel + params.bias
    return ((logits - labels) ** 2).mean()


class P(NamedTuple):
    kernel: jax.Array
    bias: jax.Array


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = policy.cast_to_param(P(layer.kernel[...], layer.bias[...]))
    gradient = gives_param_dtype(jax.grad(objective))
    per_part = jax.lax.map(
        lambda part: gradient(params, *part),
        (x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1])),
    )
    mean = jax.tree.map(functools.partial(jnp.mean, axis=0), per_part)
    tx = optax.chain(optax.identity(), optax.scale_by_learning_rate(lr))
    updates, _ = tx.update(mean, tx.init(params))
    params = optax.apply_updates(params, updates)
    return policy.cast_to_output(objective(params, x, y)).reshape((1,))
