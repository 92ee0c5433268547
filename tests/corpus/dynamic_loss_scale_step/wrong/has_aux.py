# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y, scale):
    loss = jnp.mean(jnp.square(model(x) - y)).astype(jnp.float32)
    scaled = loss * scale
    return loss, scaled  #@ missing-loss-scale


def cast_model(model):
    graphdef, state = nnx.split(model)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), state))


class Stepper:
    def __init__(self, model, tx):
        self.model = model
        self.optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
        self.grad_fn = nnx.value_and_grad(loss_fn, has_aux=True)

    def grads(self, x, y, scale):
        (_, _), grads = self.grad_fn(cast_model(self.model), x, y, scale)
        return jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)

    def __call__(self, x, y, scale):
        grads = self.grads(x, y, scale)
        ok = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        if ok:
            self.optimizer.update(self.model, grads)
        return ok

    def evaluate(self, x, y):
        return jnp.mean(jnp.square(cast_model(self.model)(x) - y)).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    stepper = Stepper(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), optax.sgd(lr))
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    if stepper(x, y, loss_scale):
        count = good_steps + 1
        grown = count == growth_interval
        scale = min(loss_scale * 2.0, 2.0**24) if grown else loss_scale
        count = 0 if grown else count
    else:
        scale, count = max(loss_scale / 2.0, 1.0), 0
    return jnp.array([stepper.evaluate(x, y), scale, count], dtype=jnp.float32)
