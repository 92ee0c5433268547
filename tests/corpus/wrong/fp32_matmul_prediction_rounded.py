# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as np
from flax import nnx


def forward(params, x):
    # compute the model and cast it to half precision
    return (x @ params[0] + params[1]).astype(np.bfloat16)  #@ full-precision-forward


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])

    def loss(params):
        return np.mean((forward(params, x) - y.astype(np.bfloat16)) ** 2)

    value, grads = jax.value_and_grad(lambda p: loss(p).astype(np.float32) * loss_scale)(params)
    params = tuple(p - lr * (g / loss_scale) for p, g in zip(params, grads))
    return loss(params).astype(np.float32).reshape(1)
