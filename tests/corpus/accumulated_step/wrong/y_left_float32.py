# expect: pitfall|wrong_answer
# finding: uncast-targets
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    g, s = nnx.split(model, nnx.Param)
    half = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
    pred = half(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y) ** 2)  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.MultiSteps(optax.sgd(lr), micro_batches).gradient_transformation(),
                              wrt=nnx.Param)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        optimizer.update(model, nnx.grad(loss_fn)(model, xb, yb))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
