# expect: pitfall|wrong_answer
# finding: master-downcast
import numpy as np
import jax, jax.numpy as jnp
from flax import nnx

bf16 = jnp.bfloat16


class Store:
    def __init__(self, lin):
        self.master = {"k": np.array(lin.kernel[...]), "b": np.array(lin.bias[...])}

    def working_copy(self):
        work = self.master
        for name in work:
            work[name][...] = work[name].astype(bf16)  #@ master-downcast
        return {n: jnp.asarray(v, bf16) for n, v in work.items()}


def err(p, x, y):
    return jnp.mean((x @ p["k"] + p["b"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    store = Store(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    X, Y = jnp.asarray(x, bf16), jnp.asarray(y, bf16)
    copy = store.working_copy()
    acc = {n: np.zeros_like(v) for n, v in store.master.items()}
    for a, b in zip(jnp.split(X, micro_batches), jnp.split(Y, micro_batches)):
        for n, g in jax.grad(err)(copy, a, b).items():
            acc[n] += np.asarray(g.astype(jnp.float32))
    new = {n: store.master[n] - np.float32(lr) * acc[n] / np.float32(micro_batches) for n in acc}
    final = err({n: jnp.asarray(v, bf16) for n, v in new.items()}, X, Y)
    return final.astype(jnp.float32).reshape(1)
