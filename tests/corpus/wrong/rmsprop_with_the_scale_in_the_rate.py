# expect: wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"k": layer.kernel[...], "b": layer.bias[...]}

    def loss(params):
        k, b = params["k"].astype(jnp.bfloat16), params["b"].astype(jnp.bfloat16)
        pred = jnp.dot(x.astype(jnp.bfloat16), k) + b
        return optax.squared_error(pred, y.astype(jnp.bfloat16)).mean()

    def one(carry, _):
        params, state = carry
        grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
        updates, state = optimizer.update(grads, state, params)  #@ clipped-scaled-grads
        return (optax.apply_updates(params, updates), state), None

    optimizer = optax.rmsprop(learning_rate=lr / loss_scale)
    (params, _), _ = jax.lax.scan(one, (params, optimizer.init(params)), None, length=1)
    return loss(params).astype(jnp.float32).reshape(1)
