# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class MixedPrecisionModel:
    """Looks like keras.Model with the policy mixed_bfloat16."""

    compute_dtype = jnp.bfloat16
    variable_dtype = jnp.float32

    def __init__(self, input_dim, units, seed):
        self.layer = nnx.Linear(input_dim, units, param_dtype=self.variable_dtype, rngs=nnx.Rngs(seed))
        self.optimizer = None

    def compile(self, optimizer):
        self.optimizer = optimizer
        self.opt_state = optimizer.init(self.trainable_variables)

    @property
    def trainable_variables(self):
        return [self.layer.kernel[...], self.layer.bias[...]]

    def assign(self, variables):
        self.layer.kernel[...], self.layer.bias[...] = variables

    def stateless_loss(self, variables, x, y):
        kernel, bias = [v.astype(self.compute_dtype) for v in variables]
        x, y = x.astype(self.compute_dtype), y.astype(self.compute_dtype)
        y_pred = x @ kernel + bias
        return jnp.mean(jnp.square(y_pred - y))

    def train_on_batch(self, x, y, gradient_accumulation_steps):
        variables = self.trainable_variables
        accumulators = [jnp.zeros(v.shape, self.variable_dtype) for v in variables]
        n = x.shape[0] // gradient_accumulation_steps
        for k in range(gradient_accumulation_steps):
            g = jax.grad(self.stateless_loss)(variables, x[k * n:(k + 1) * n], y[k * n:(k + 1) * n])
            accumulators = [a + gi for a, gi in zip(accumulators, g)]
        g = [a / gradient_accumulation_steps for a in accumulators]
        updates, self.opt_state = self.optimizer.update(g, self.opt_state, variables)
        self.assign(optax.apply_updates(variables, updates))

    def evaluate(self, x, y):
        return self.stateless_loss(self.trainable_variables, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = MixedPrecisionModel(x.shape[1], y.shape[1], int(seed))
    model.compile(optax.sgd(lr))
    model.train_on_batch(x, y, gradient_accumulation_steps=micro_batches)
    return jnp.asarray([model.evaluate(x, y)], jnp.float32)
