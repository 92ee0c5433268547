# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class SGD:
    def __init__(self, learning_rate):
        self.tx = optax.sgd(learning_rate)

    def apply(self, grads, variables):
        updates, _ = self.tx.update(grads, self.tx.init(variables), variables)
        return optax.apply_updates(variables, updates)


class LossScaleOptimizer:
    """After keras.optimizers.LossScaleOptimizer."""

    KEEP, DOUBLE, HALVE = range(3)

    def __init__(self, inner, initial_scale, dynamic_growth_steps, step_counter):
        self.inner = inner
        self.dynamic_scale = jnp.float32(initial_scale)
        self.dynamic_growth_steps = dynamic_growth_steps
        self.step_counter = jnp.int32(step_counter)

    def scale_loss(self, loss):
        return jnp.asarray(loss, jnp.float32) * self.dynamic_scale

    def _outcome(self, finite):
        reached = self.step_counter + 1 >= self.dynamic_growth_steps
        return jnp.where(finite, jnp.where(reached, self.DOUBLE, self.KEEP), self.HALVE)

    def apply(self, grads, variables):
        grads = jax.tree.map(lambda g: jnp.asarray(g, jnp.float32) / self.dynamic_scale, grads)
        finite = jax.tree.reduce(
            jnp.logical_and, jax.tree.map(lambda g: jnp.isfinite(g).all(), grads), jnp.array(True)
        )

        def keep():
            return self.inner.apply(grads, variables), self.dynamic_scale, self.step_counter + 1

        def double():
            v, s, c = keep()
            return v, jnp.minimum(s * 2.0, 2.0**24), c * 0

        def halve():
            return variables, jnp.maximum(self.dynamic_scale / 2.0, 1.0), self.step_counter * 0

        variables, self.dynamic_scale, self.step_counter = jax.lax.switch(
            self._outcome(finite), [keep, double, halve]
        )
        return variables


class Dense:
    def __init__(self, layer):
        self.variables = [layer.kernel[...], layer.bias[...]]

    @staticmethod
    def call(variables, inputs):
        kernel, bias = variables
        return jnp.tensordot(inputs, kernel, axes=[[-1], [0]]) + bias


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    dense = Dense(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    opt = LossScaleOptimizer(SGD(lr), loss_scale, growth_interval, good_steps)
    compute = lambda vs: [jnp.asarray(v, jnp.float16) for v in vs]
    xs, ys = compute([x, y])

    def mean_squared_error(vs):
        return jnp.mean(jnp.square(dense.call(vs, xs) - ys))

    grads = jax.grad(lambda vs: opt.scale_loss(mean_squared_error(vs)))(compute(dense.variables))
    dense.variables = opt.apply(grads, dense.variables)
    loss = mean_squared_error(compute(dense.variables))
    return jnp.stack([loss.astype(jnp.float32), opt.dynamic_scale, jnp.float32(opt.step_counter)])
