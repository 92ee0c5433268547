# expect: wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training.train_state import TrainState


def mixed_precision_step(seed, x, y, lr, loss_scale):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": init.kernel[...], "bias": init.bias[...]}
    state = TrainState.create(apply_fn=lambda p, x: x @ p["kernel"] + p["bias"], params=params, tx=optax.sgd(lr))

    def metrics(params):
        low = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
        pred = state.apply_fn(low, x.astype(jnp.bfloat16))
        mse = jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)
        return {"mse": mse, "scaled": mse * loss_scale}

    grads = jax.grad(lambda p: metrics(p)["scaled"])(state.params)
    state = state.apply_gradients(grads=jax.tree.map(lambda g: g / loss_scale, grads))
    result = metrics(state.params)
    return result["scaled"].reshape((1,))  #@ scaled-loss-returned
