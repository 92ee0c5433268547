# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx

B = jnp.bfloat16


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def mse(pred):
        return jnp.mean((pred.astype(B) - y.astype(B)) ** 2)

    def train_loss(params):
        pred = x.astype(B) @ params["kernel"].astype(B) + params["bias"].astype(B)
        return mse(pred).astype(jnp.float32) * loss_scale

    grads = jax.grad(train_loss)(params)
    params = {k: v - lr * (grads[k] / loss_scale) for k, v in params.items()}
    pred = x @ params["kernel"].astype(B) + params["bias"].astype(B)  #@ uncast-inputs
    return mse(pred).astype(jnp.float32).reshape((1,))
