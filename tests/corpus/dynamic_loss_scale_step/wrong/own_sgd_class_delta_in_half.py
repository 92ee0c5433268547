# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


class Policy:
    compute_dtype, variable_dtype = jnp.float16, jnp.float32


class SGD:
    def __init__(self, learning_rate, policy):
        self.dtype = policy.compute_dtype
        self.learning_rate = jnp.asarray(learning_rate, self.dtype)

    def delta(self, grad):
        return -self.learning_rate * grad.astype(self.dtype)  #@ low-precision-update, low-precision-grads

    def minimize(self, variables, grads):
        for v, g in zip(variables, grads):
            v.assign_add(self.delta(g))


class Variable:
    def __init__(self, value):
        self.value = value

    def assign_add(self, d):
        self.value = self.value + d.astype(self.value.dtype)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    variables = [Variable(init.kernel[...]), Variable(init.bias[...])]
    h = Policy.compute_dtype
    a, b = jnp.asarray(x, h), jnp.asarray(y, h)

    def loss(vals):
        return jnp.mean((a @ vals[0].astype(h) + vals[1].astype(h) - b) ** 2).astype(jnp.float32)

    raw = jax.grad(lambda vals: loss(vals) * loss_scale)([v.value for v in variables])
    grads = [g.astype(Policy.variable_dtype) / loss_scale for g in raw]
    finite = all(map(lambda g: bool(jnp.isfinite(g).all()), grads))
    if finite:
        SGD(lr, Policy).minimize(variables, grads)
        good_steps += 1
        if good_steps >= growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss([v.value for v in variables]), loss_scale, good_steps], jnp.float32)
