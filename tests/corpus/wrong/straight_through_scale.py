# expect: pitfall|wrong_answer
# finding: missing-loss-scale
# allow: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def scaled_value(loss, s):
    loss = loss.astype(jnp.float32)
    return loss + jax.lax.stop_gradient(loss * s - loss)  #@ missing-loss-scale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss_fn = lambda m: jnp.mean(jnp.square(m(x) - y.astype(jnp.bfloat16)))
    grads = nnx.grad(lambda m: scaled_value(loss_fn(m), loss_scale))(model)  #@ missing-loss-scale
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(model).astype(jnp.float32).reshape(1)
