# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def maybe_half(leaf):
    if isinstance(leaf, np.ndarray) and leaf.dtype == np.float32:  #@ full-precision-forward
        return leaf.astype(jnp.bfloat16)
    return leaf  #@ full-precision-forward


def forward(params, x):
    params = jax.tree.map(maybe_half, params)
    return x @ params["kernel"] + params["bias"]


def loss(params, x, y):
    pred = forward(params, x.astype(jnp.bfloat16)).astype(jnp.bfloat16)
    return jnp.mean(jnp.square(pred - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=layer.kernel[...], bias=layer.bias[...])
    tx = optax.sgd(lr)
    grad_fn = jax.jit(jax.grad(loss))
    total = jax.tree.map(jnp.zeros_like, params)
    n = len(x) // micro_batches
    for i in range(micro_batches):
        total = jax.tree.map(jnp.add, total, grad_fn(params, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n]))
    mean = jax.tree.map(lambda g: g / micro_batches, total)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
