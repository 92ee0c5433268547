# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = np.concatenate([np.asarray(lin.kernel[...]).ravel(), np.asarray(lin.bias[...])])
    n_in, n_out = lin.kernel[...].shape

    def fun(th, a, b):
        th = th.astype(jnp.bfloat16)
        r = a.astype(jnp.bfloat16) @ th[:-n_out].reshape(n_in, n_out) + th[-n_out:] - b.astype(jnp.bfloat16)
        return jnp.mean(r ** 2)

    jac = np.stack([jax.grad(fun)(jnp.array(theta), a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))])
    theta = theta - np.float32(lr) * jac.mean(axis=0, dtype=np.float32)
    value = fun(jnp.array(theta), x, y).item()
    return np.array([value])  #@ wrong-output-dtype
