# expect: accepted
import jax, optax
import jax.numpy as jnp
from flax import nnx

b = jnp.bfloat16
f = jnp.float32

def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, B = m.kernel[...], m.bias[...]
    def L(W, B):
        e = b(x) @ b(W) + b(B) - b(y)
        return (e * e).mean()
    g1, g2 = jax.grad(lambda W, B: f(L(W, B)) * f(loss_scale), (0, 1))(W, B)
    g1 /= loss_scale; g2 /= loss_scale
    W -= lr * g1; B -= lr * g2
    return f(L(W, B)).reshape(1)
