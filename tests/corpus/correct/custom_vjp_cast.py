# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_vjp
def to_bf16(w):
    return w.astype(jnp.bfloat16)


def to_bf16_fwd(w):
    return to_bf16(w), None


def to_bf16_bwd(_, ct):
    # grads live in fp32, like the masters
    return (ct.astype(jnp.float32),)


to_bf16.defvjp(to_bf16_fwd, to_bf16_bwd)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    inputs, targets = to_bf16(x), to_bf16(y)

    def mse(params):
        pred = inputs @ to_bf16(params["kernel"]) + to_bf16(params["bias"])
        return jnp.mean((pred - targets) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    new = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return mse(new).astype(jnp.float32).reshape((1,))
