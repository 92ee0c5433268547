# expect: pitfall|wrong_answer
# finding: full-precision-forward
# wmma: bf16 fragments, float accumulators
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def load_fragment(t):
    return t.astype(jnp.bfloat16)


def store_fragment(acc):
    return acc.astype(jnp.bfloat16)


def mma_sync(a, b, c):
    return lax.dot_general(a.astype(jnp.float32), b.astype(jnp.float32), (((1,), (0,)), ((), ()))) + c.astype(jnp.float32)  #@ full-precision-forward


def kernel_loss(W, bias, X, Y):
    a, b, c, t = map(load_fragment, (X, W, bias, Y))
    d = store_fragment(mma_sync(a, b, c))
    err = d - t
    return jnp.mean(err * err).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = init.kernel[...], init.bias[...]
    dW, db = jax.grad(lambda W, b: kernel_loss(W, b, x, y) * loss_scale, argnums=(0, 1))(W, b)
    W = W - lr * (dW / loss_scale)
    b = b - lr * (db / loss_scale)
    return jnp.expand_dims(kernel_loss(W, b, x, y), 0)
