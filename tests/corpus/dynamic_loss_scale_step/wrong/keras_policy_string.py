# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx

_POLICIES = {
    "float32": ("float32", "float32"),
    "mixed_float16": ("float16", "float32"),
    "mixed_bfloat16": ("bfloat16", "float32"),
}
_DEFAULT = "mixed_bfloat16"  #@ wrong-half-dtype


class DTypePolicy:
    def __init__(self, name=_DEFAULT):
        self.name = name
        self.compute_dtype, self.variable_dtype = map(jnp.dtype, _POLICIES[name])


class Dense:
    def __init__(self, units, input_dim, seed, dtype=None):
        self.policy = dtype or DTypePolicy()
        built = nnx.Linear(input_dim, units, rngs=nnx.Rngs(int(seed)))
        self.variables = {"kernel": built.kernel[...], "bias": built.bias[...]}

    def call(self, variables, inputs):
        v = optax.tree.cast(variables, self.policy.compute_dtype)
        return jnp.matmul(inputs.astype(self.policy.compute_dtype), v["kernel"]) + v["bias"]

    def evaluate(self, variables, x, y):
        out = self.call(variables, x)
        return jnp.mean(jnp.square(out - y.astype(out.dtype)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    dense = Dense(y.shape[1], x.shape[1], seed)
    fn = lambda v: dense.evaluate(v, x, y).astype(jnp.float32) * loss_scale
    grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(fn)(dense.variables))
    if jax.tree.all(jax.tree.map(lambda g: jnp.isfinite(g).all(), grads)):
        dense.variables = jax.tree.map(lambda v, g: v - lr * g, dense.variables, grads)
        good_steps = good_steps + 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([dense.evaluate(dense.variables, x, y).astype(jnp.float32), loss_scale, good_steps], "float32")
