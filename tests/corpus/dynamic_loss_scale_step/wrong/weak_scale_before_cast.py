# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class KerasishModel(nnx.Module):
    def __init__(self, input_dim, units, seed):
        self.dense = nnx.Linear(input_dim, units, rngs=nnx.Rngs(seed))

    def call(self, inputs):
        gd, st = nnx.split(self.dense)
        return nnx.merge(gd, jax.tree.map(lambda v: v.astype(inputs.dtype), st))(inputs)


def mse(y_true, y_pred):
    return jnp.mean(jnp.square(y_pred - y_true), axis=(-2, -1))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = KerasishModel(x.shape[-1], y.shape[-1], int(seed))
    xs, ys = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def scaled(m):
        loss = mse(ys, m.call(xs))
        return (loss * float(loss_scale)).astype(jnp.float32)  #@ low-precision-loss-scale

    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, nnx.grad(scaled)(model))
    ok = jnp.all(jnp.array(jax.tree.leaves(jax.tree.map(lambda g: jnp.all(jnp.isfinite(g)), grads))))
    if ok:
        optimizer.update(model, grads)
    due = bool(ok) and good_steps == growth_interval - 1
    scale = min(loss_scale * 2, 2**24) if due else loss_scale if ok else max(loss_scale / 2, 1)
    count = good_steps + 1 if ok and not due else 0
    return jnp.stack([mse(ys, model.call(xs)).astype(jnp.float32), jnp.float32(scale), jnp.float32(count)])
