# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from optax import tree_utils as otu


def mse(params, batch):
    inp, tgt = (jnp.asarray(a, jnp.bfloat16) for a in batch)
    kernel, bias = (jnp.asarray(params[k], jnp.bfloat16) for k in ("kernel", "bias"))
    return jnp.mean((inp @ kernel + bias - tgt) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": m.kernel[...], "bias": m.bias[...]}

    def share(params, batch):
        # like loss = loss / accumulation_steps in PyTorch
        return mse(params, batch) / micro_batches

    step = x.shape[0] // micro_batches
    grads = otu.tree_zeros_like(params)
    for s in range(0, x.shape[0], step):
        grads = otu.tree_add(grads, jax.grad(share)(params, (x[s:s + step], y[s:s + step])))

    opt = optax.sgd(lr)
    state = opt.init(params)
    delta, state = opt.update(grads, state)
    params = otu.tree_add(params, delta)
    return mse(params, (x, y)).astype(jnp.float32)[None]
