# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def train_step(model, optimizer, x, y, loss_scale):
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    def loss_fn(model):
        loss = jnp.mean((compute_copy(model)(x) - y) ** 2)
        return loss.astype(jnp.float32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    optimizer.update(model, jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads))


def evaluate(model, x, y):
    pred = compute_copy(model)(x).astype(jnp.bfloat16)  #@ uncast-inputs
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    train_step(model, optimizer, x, y, loss_scale)
    return evaluate(model, x, y).astype(jnp.float32).reshape(1)
