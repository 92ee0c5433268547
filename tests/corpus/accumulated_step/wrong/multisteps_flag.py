# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

OPTIONS = dict(use_grad_mean=False)  #@ summed-grads


def bf16_loss(params, x, y):
    w = params["kernel"].astype(jnp.bfloat16)
    b = params["bias"].astype(jnp.bfloat16)
    diff = x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)
    return jnp.mean(diff ** 2)


def make_optimizer(lr, k):
    return optax.MultiSteps(optax.sgd(lr), k, **OPTIONS)  #@ summed-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    tx = make_optimizer(lr, micro_batches)
    state = tx.init(params)

    @jax.jit
    def mini_step(params, state, xb, yb):
        updates, state = tx.update(jax.grad(bf16_loss)(params, xb, yb), state, params)
        return optax.apply_updates(params, updates), state

    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        params, state = mini_step(params, state, xb, yb)
    return bf16_loss(params, x, y).astype(jnp.float32).reshape(1)
