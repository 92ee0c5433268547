# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LossScaleOptimizer:
    def __init__(self, learning_rate, initial_scale, dynamic_growth_steps, step_counter):
        self.dynamic_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        self.step_counter = step_counter
        self.inner = optax.chain(
            optax.clip_by_global_norm(1.0),  #@ clipped-scaled-grads
            optax.scale(1.0 / initial_scale),
            optax.sgd(learning_rate),
        )

    def scale_loss(self, loss):
        return tf_cast(loss, jnp.float32) * self.dynamic_scale

    def apply(self, grads, variables):
        grads = tf_cast(grads, jnp.float32)
        finite = all(bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads))
        if not finite:
            self.dynamic_scale = max(self.dynamic_scale / 2.0, 1.0)
            self.step_counter = 0
            return variables
        updates, _ = self.inner.update(grads, self.inner.init(variables), variables)
        self.step_counter += 1
        if self.step_counter == self.dynamic_growth_steps:
            self.dynamic_scale = min(self.dynamic_scale * 2.0, 2.0**24)
            self.step_counter = 0
        return optax.apply_updates(variables, updates)


def tf_cast(tree, dtype):
    return jax.tree.map(lambda t: jnp.asarray(t).astype(dtype), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    variables = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    opt = LossScaleOptimizer(lr, loss_scale, growth_interval, good_steps)
    xs, ys = tf_cast((x, y), jnp.float16)

    def mse(v):
        return jnp.mean(jnp.square(jnp.matmul(xs, v["kernel"]) + v["bias"] - ys))

    grads = jax.grad(lambda v: opt.scale_loss(mse(v)))(tf_cast(variables, jnp.float16))
    variables = opt.apply(grads, variables)
    loss = mse(tf_cast(variables, jnp.float16)).astype(jnp.float32)
    return jnp.stack([loss, jnp.float32(opt.dynamic_scale), jnp.float32(opt.step_counter)])
