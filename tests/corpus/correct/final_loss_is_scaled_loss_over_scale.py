# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(lin))

    def scaled_loss(params):
        k = params['kernel'].astype(jnp.bfloat16)
        b = params['bias'].astype(jnp.bfloat16)
        pred = jnp.dot(x.astype(jnp.bfloat16), k) + b
        loss = jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)
        return loss.astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled_loss)(params)
    for name in params:
        params[name] = params[name] - lr * grads[name] / loss_scale
    return jnp.reshape(scaled_loss(params) / loss_scale, (1,))
