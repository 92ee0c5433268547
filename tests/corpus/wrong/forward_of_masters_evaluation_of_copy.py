# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, params, rest = nnx.split(model, nnx.Param, ...)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params), rest)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr)), wrt=nnx.Param)
    inputs, targets = (a.astype(jnp.bfloat16) for a in (x, y))

    @nnx.jit
    def train_step(model, optimizer):
        def scaled_loss(model):
            predictions = model(inputs)  #@ full-precision-forward
            return jnp.mean(jnp.square(predictions - targets)).astype(jnp.float32) * loss_scale
        optimizer.update(model, nnx.grad(scaled_loss)(model))

    @nnx.jit
    def evaluate(model):
        return jnp.mean(jnp.square(compute_copy(model)(inputs) - targets)).astype(jnp.float32)

    train_step(model, optimizer)
    return jnp.reshape(evaluate(model), (1,))
