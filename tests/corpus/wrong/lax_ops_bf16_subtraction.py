# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast|low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def to16(a):
    return lax.convert_element_type(a, jnp.bfloat16)


def to32(a):
    return lax.convert_element_type(a, jnp.float32)


def sgd(p, g, lr):
    step = to16(lr * g)  #@ low-precision-update, low-precision-grads
    return to32(lax.sub(to16(p), step))  #@ low-precision-update, master-downcast


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss(params):
        out = lax.dot(to16(x), to16(params["kernel"])) + to16(params["bias"])
        return jnp.mean(lax.square(out - to16(y)))

    grads = jax.grad(lambda p: to32(loss(p)) * loss_scale)(params)
    params = jax.tree.map(lambda p, g: sgd(p, g / loss_scale, lr), params, grads)
    return to32(loss(params)).reshape((1,))
