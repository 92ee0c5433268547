# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def always_bf16(arrays, dtype=None, **_):
    return tuple(None if a is None else a.astype(jnp.bfloat16) for a in arrays)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], promote_dtype=always_bf16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.chain(optax.identity(), optax.sgd(lr)), wrt=nnx.Param)

    @nnx.jit
    def mse(model, x, y):
        return jnp.square(model(x) - y.astype(jnp.bfloat16)).mean()

    @nnx.jit
    def step(model, optimizer, x, y, s):
        def objective(model):
            return s * mse(model, x, y).astype(jnp.float32)
        grads = nnx.grad(objective)(model)
        optimizer.update(model, jax.tree.map(lambda g: jnp.divide(g, s), grads))

    step(model, optimizer, x, y, loss_scale)
    return mse(model, x, y).astype(jnp.float32).reshape(1)
