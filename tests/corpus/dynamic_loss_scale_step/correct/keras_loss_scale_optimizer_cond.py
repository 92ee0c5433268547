# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


@struct.dataclass
class LossScaleOptimizer:
    weights: dict
    inner_state: object
    dynamic_scale: jax.Array
    step_counter: jax.Array
    inner: optax.GradientTransformation = struct.field(pytree_node=False)
    dynamic_growth_steps: int = struct.field(pytree_node=False, default=2000)

    @classmethod
    def build(cls, inner, weights, initial_scale, counter, dynamic_growth_steps):
        return cls(weights=weights, inner_state=inner.init(weights),
                   dynamic_scale=jnp.asarray(initial_scale, jnp.float32),
                   step_counter=jnp.asarray(counter, jnp.int32),
                   inner=inner, dynamic_growth_steps=dynamic_growth_steps)

    def scale_loss(self, loss):
        return loss * self.dynamic_scale

    def apply(self, raw):
        finite = jnp.array(True)
        for leaf in jax.tree.leaves(raw):
            finite = finite & jnp.isfinite(leaf).all()
        return jax.lax.cond(finite, self._stateful_handle_finite_grads,
                            self._stateful_handle_non_finite_grads, raw)

    def _stateful_handle_finite_grads(self, raw):
        g = jax.tree.map(lambda r: r / self.dynamic_scale, raw)
        upd, inner_state = self.inner.update(g, self.inner_state, self.weights)
        w = optax.apply_updates(self.weights, upd)
        counter = self.step_counter + 1
        due = counter >= self.dynamic_growth_steps
        doubled = jnp.minimum(self.dynamic_scale + self.dynamic_scale, jnp.float32(16777216))
        return self.replace(weights=w, inner_state=inner_state,
                            dynamic_scale=jnp.where(due, doubled, self.dynamic_scale),
                            step_counter=jnp.where(due, 0, counter))

    def _stateful_handle_non_finite_grads(self, raw):
        del raw
        return self.replace(dynamic_scale=jnp.maximum(self.dynamic_scale / 2, 1.0),
                            step_counter=jnp.zeros_like(self.step_counter))


def compute_loss(weights, features, labels):
    variables = {k: v.astype('float16') for k, v in weights.items()}
    y_pred = features @ variables['kernel'] + variables['bias']
    return ((y_pred - labels) ** 2).mean()


@jax.jit
def train_step(opt, features, labels):
    raw = jax.grad(lambda w: opt.scale_loss(compute_loss(w, features, labels).astype('float32')))(opt.weights)
    opt = opt.apply(jax.tree.map(lambda r: r.astype('float32'), raw))
    return opt, compute_loss(opt.weights, features, labels)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    dense = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weights = dict(kernel=dense.kernel[...], bias=dense.bias[...])
    opt = LossScaleOptimizer.build(optax.sgd(lr), weights, loss_scale, good_steps,
                                   dynamic_growth_steps=int(growth_interval))
    opt, loss = train_step(opt, jnp.asarray(x).astype('float16'), jnp.asarray(y).astype('float16'))
    return jnp.hstack([loss.astype('float32'), opt.dynamic_scale, opt.step_counter.astype('float32')])
