# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax

BF = jnp.bfloat16


def predict(params, x):
    dims = (((1,), (0,)), ((), ()))
    return lax.dot_general(x.astype(BF), params["kernel"].astype(BF), dims) + params["bias"].astype(BF)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss(params):
        diff = predict(params, x) - y  #@ uncast-targets
        return jnp.mean(diff * diff)

    grads = jax.grad(lambda p: loss(p) * loss_scale)(params)
    new = {k: params[k] - lr * (grads[k] / loss_scale) for k in params}
    return loss(new).astype(BF).astype(jnp.float32).reshape((1,))
