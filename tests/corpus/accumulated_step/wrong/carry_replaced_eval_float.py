# expect: wrong_answer|pitfall
# finding: last-micro-batch-only
# finding: full-precision-final-loss|uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax import lax


def predict(params, inputs):
    kernel, bias = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return inputs.astype(jnp.bfloat16) @ kernel + bias


def train_loss(params, inputs, targets):
    return jnp.mean((predict(params, inputs) - targets.astype(jnp.bfloat16)) ** 2)


def evaluate(params, inputs, targets):
    err = predict(params, inputs).astype(jnp.float32) - targets  #@ full-precision-final-loss uncast-targets
    return jnp.mean(err ** 2)  #@ full-precision-final-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (net.kernel[...], net.bias[...])

    def one_part(acc, part):
        acc = jax.grad(train_loss)(params, *part)  #@ last-micro-batch-only
        return acc, ()

    parts = jax.tree.map(lambda a: a.reshape((micro_batches, -1) + a.shape[1:]), (x, y))
    acc, _ = lax.scan(one_part, jax.tree.map(jnp.zeros_like, params), parts)
    acc = jax.tree.map(lambda a: a / micro_batches, acc)
    updates, _ = optax.sgd(lr).update(acc, optax.sgd(lr).init(params))
    params = optax.apply_updates(params, updates)
    return evaluate(params, x, y).reshape(1)
