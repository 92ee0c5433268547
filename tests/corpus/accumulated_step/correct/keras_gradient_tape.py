# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx


class GradientTape:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False

    def watch(self, variables):
        self.variables = variables
        return self

    def run(self, fn):
        value, self._pullback = jax.vjp(fn, self.variables)
        return value

    def gradient(self, target):
        (g,) = self._pullback(jnp.ones_like(target))
        return g


class Policy:
    def __init__(self, name):
        self.variable_dtype = jnp.float32
        self.compute_dtype = {"mixed_bfloat16": jnp.bfloat16, "float32": jnp.float32}[name]


class Sequential:
    def __init__(self, units_in, units_out, seed, policy):
        dense = nnx.Linear(units_in, units_out, rngs=nnx.Rngs(int(seed)), param_dtype=policy.variable_dtype)
        self.trainable_variables = [dense.kernel[...], dense.bias[...]]
        self.policy = policy

    def compile(self, learning_rate, steps_per_execution):
        self.learning_rate, self.steps = learning_rate, steps_per_execution

    def call(self, variables, inputs):
        kernel, bias = (v.astype(self.policy.compute_dtype) for v in variables)
        return jnp.matmul(inputs.astype(self.policy.compute_dtype), kernel) + bias

    def mse(self, y_true, y_pred):
        y_true = y_true.astype(y_pred.dtype)
        return jnp.mean((y_true - y_pred) ** 2)

    def fit(self, x, y):
        rows = len(x) // self.steps
        accumulators = [jnp.zeros(v.shape, v.dtype) for v in self.trainable_variables]
        for step in range(self.steps):
            xb, yb = x[step * rows:][:rows], y[step * rows:][:rows]
            with GradientTape() as tape:
                tape.watch(self.trainable_variables)
                loss = tape.run(lambda v: self.mse(yb, self.call(v, xb)))
            for j, g in enumerate(tape.gradient(loss)):
                accumulators[j] = accumulators[j] + g
        self.apply_gradients([a / self.steps for a in accumulators])

    def apply_gradients(self, grads):
        self.trainable_variables = [v - self.learning_rate * g for v, g in zip(self.trainable_variables, grads)]

    def evaluate(self, x, y):
        return self.mse(y, self.call(self.trainable_variables, x))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = Sequential(x.shape[-1], y.shape[-1], seed, Policy("mixed_bfloat16"))
    model.compile(learning_rate=lr, steps_per_execution=micro_batches)
    model.fit(x, y)
    return jnp.reshape(model.evaluate(x, y), (1,)).astype("float32")
