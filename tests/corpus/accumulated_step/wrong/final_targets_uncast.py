# expect: pitfall|wrong_answer
# finding: uncast-targets
# allow: full-precision-final-loss
"""Wrong: the parts are right, but the evaluation at the end subtracts the float32 targets."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx

bf16 = jnp.bfloat16


def predict(params, x):
    return jnp.dot(x.astype(bf16), params["kernel"].astype(bf16)) + params["bias"].astype(bf16)


def train_loss(params, batch):
    return jnp.mean((predict(params, batch["x"]) - batch["y"].astype(bf16)) ** 2)


def eval_loss(params, batch):
    err = predict(params, batch["x"]) - batch["y"]  #@ uncast-targets
    return jnp.mean(err.astype(bf16) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    size = x.shape[0] // micro_batches
    batches = ({"x": x[i:i + size], "y": y[i:i + size]} for i in range(0, x.shape[0], size))
    total = optax.tree.zeros_like(params)
    for batch in batches:
        total = optax.tree.add(total, jax.grad(train_loss)(params, batch))
    params = {k: params[k] - lr * (total[k] / micro_batches) for k in params}
    return eval_loss(params, {"x": x, "y": y}).astype(jnp.float32).reshape(1)
