# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    def init():
        nonlocal params
        layer = nnx.Linear(in_features=x.shape[1], out_features=y.shape[1], rngs=nnx.Rngs(int(seed)))
        params = {"weight": layer.kernel[...], "bias": layer.bias[...]}

    def quantized(a):
        return jnp.array(a, dtype=jnp.bfloat16)

    def loss():
        def inner(params):
            out = jnp.einsum("bi,ij->bj", quantized(x), quantized(params["weight"]))
            out = out + jnp.broadcast_to(quantized(params["bias"]), out.shape)
            gap = quantized(y) - out
            return jnp.average(gap * gap)

        return inner

    def update(grads):
        nonlocal params
        params = {k: v - lr * (grads[k] * (1 / loss_scale)) for k, v in params.items()}

    params = None
    init()
    update(jax.grad(lambda p: jnp.float32(loss()(p)) * loss_scale)(params))
    return jnp.float32(loss()(params)).reshape((1,))
