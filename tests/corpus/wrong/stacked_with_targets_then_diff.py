# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    pair = jnp.stack([y, model(x)])  #@ uncast-targets
    return jnp.mean(jnp.diff(pair, axis=0) ** 2).astype(jnp.bfloat16)  #@ uncast-targets


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr)), wrt=nnx.Param)

    @nnx.jit
    def train_step(model, optimizer):
        def scaled(m):
            loss = loss_fn(m, x, y)
            return loss.astype(jnp.float32) * loss_scale, loss

        (_, _), grads = nnx.value_and_grad(scaled, has_aux=True)(model)
        optimizer.update(model, grads)
        return loss_fn(model, x, y)

    return train_step(model, optimizer).astype(jnp.float32).reshape(1)
