# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half_state = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    pred = nnx.merge(graphdef, state)(x).astype(jnp.bfloat16)  #@ full-precision-forward
    return jnp.mean((pred - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    @nnx.grad
    def gradient(model):
        return loss_fn(model, x, y).astype(jnp.float32) * loss_scale

    optimizer.update(model, jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, gradient(model)))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
