# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast|low-precision-grads
# template <typename T> void axpy(T a, Tensor x, Tensor& y)
import jax
import jax.numpy as jnp
from flax import nnx


def axpy(T):
    def kernel(a, x, y):
        return (T(a) * x.astype(T) + y.astype(T)).astype(y.dtype)
    return kernel


axpy_h = axpy(jnp.bfloat16)  #@ low-precision-update, master-downcast, low-precision-grads
axpy_f = axpy(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [layer.kernel[...], layer.bias[...]]

    def loss(theta):
        W, b, X, Y = [t.astype(jnp.bfloat16) for t in (*theta, x, y)]
        e = jax.lax.dot(X, W) + b - Y
        return jnp.mean(e * e).astype(jnp.float32)

    value, pull = jax.vjp(lambda t: loss(t) * loss_scale, theta)
    (grads,) = pull(jnp.ones_like(value))
    grads = [g / loss_scale for g in grads]
    theta = [axpy_h(-lr, g, t) for g, t in zip(grads, theta)]  #@ low-precision-update, master-downcast, low-precision-grads
    return loss(theta).reshape(1)
