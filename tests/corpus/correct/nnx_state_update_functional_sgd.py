# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    rngs = nnx.Rngs(int(seed))
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=rngs)

    def mse(model):
        prediction = model(x.astype(jnp.bfloat16))
        return jnp.mean(jnp.square(prediction - y.astype(jnp.bfloat16)))

    def scaled_mse(model):
        return mse(model).astype(jnp.float32) * loss_scale

    grads = nnx.jit(nnx.grad(scaled_mse))(model)
    params = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads))
    return nnx.jit(mse)(model).astype(jnp.float32).reshape((1,))
