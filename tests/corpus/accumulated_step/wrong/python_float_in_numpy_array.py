# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss(w, b, x, y):
    w, b, x, y = (t.astype(jnp.bfloat16) for t in (w, b, x, y))
    return ((x @ w + b - y) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = net.kernel[...], net.bias[...]
    grads = [jax.grad(loss, argnums=(0, 1))(w, b, x_, y_)
             for x_, y_ in zip(np.split(x, micro_batches), np.split(y, micro_batches))]
    gw, gb = (np.mean(np.stack([np.asarray(g) for g in gs]), axis=0, dtype=np.float32) for gs in zip(*grads))
    w, b = w - lr * gw, b - lr * gb
    return np.array([float(loss(w, b, x, y))])  #@ wrong-output-dtype
