# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def train_step(model, optimizer, metrics, x, y, loss_scale):
    def loss_fn(model):
        loss = jnp.mean(jnp.square(model(x) - y))
        return loss.astype(jnp.float32) * loss_scale, loss

    (_, loss), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)
    metrics.update(values=loss)  #@ stale-loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    metrics = nnx.metrics.Average()
    train_step(model, optimizer, metrics, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16), loss_scale)
    return metrics.compute().astype(jnp.float32).reshape(1)  #@ stale-loss
