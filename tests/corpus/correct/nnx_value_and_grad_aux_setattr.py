# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x16 = x.astype(jnp.bfloat16)
    y16 = y.astype(jnp.bfloat16)

    def forward(model):
        kernel = jnp.astype(model.kernel[...], jnp.bfloat16)
        bias = jnp.astype(model.bias[...], jnp.bfloat16)
        return x16 @ kernel + bias

    def loss_fn(model):
        pred = forward(model)
        loss = jnp.mean((y16 - pred) ** 2)
        return loss.astype(jnp.float32) * loss_scale, {"loss": loss, "pred": pred}

    (scaled, aux), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    # plain SGD, written into the model leaf by leaf
    model.kernel[...] = model.kernel[...] - lr * (grads["kernel"][...] / loss_scale)
    model.bias[...] = model.bias[...] - lr * (grads["bias"][...] / loss_scale)
    (scaled, aux) = loss_fn(model)
    return aux["loss"].astype(jnp.float32).reshape((1,))
