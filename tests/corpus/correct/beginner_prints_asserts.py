# expect: accepted
import numpy as np
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    # step 1: make the model
    x_np = np.asarray(x)
    y_np = np.asarray(y)
    assert x_np.ndim == 2
    assert y_np.ndim == 2
    assert x_np.shape[0] == y_np.shape[0]
    d_in = int(x_np.shape[1])
    d_out = int(y_np.shape[1])
    print("d_in", d_in, "d_out", d_out)
    seed_int = int(seed)
    rngs = nnx.Rngs(seed_int)
    model = nnx.Linear(d_in, d_out, rngs=rngs)
    print(model.kernel[...].dtype)
    assert model.kernel[...].dtype == jnp.float32

    # step 2: the batch in bfloat16
    x_half = jnp.asarray(x_np).astype(jnp.bfloat16)
    y_half = jnp.asarray(y_np).astype(jnp.bfloat16)

    # step 3: the loss
    def plain_loss(m):
        graphdef, params = nnx.split(m, nnx.Param)
        params_half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        m_half = nnx.merge(graphdef, params_half)
        prediction = m_half(x_half)
        error = prediction - y_half
        squares = error * error
        loss = jnp.mean(squares)
        return loss

    def scaled_loss(m):
        loss = plain_loss(m)
        loss_32 = loss.astype(jnp.float32)
        return loss_32 * loss_scale

    value, grads = nnx.value_and_grad(scaled_loss)(model)
    print("scaled loss before:", float(value))
    print("loss before:", float(value) / loss_scale)

    # step 4: unscale
    grads_32 = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    grads_unscaled = jax.tree.map(lambda g: g / loss_scale, grads_32)
    print("largest grad:", float(jnp.max(jnp.abs(grads_unscaled.kernel[...]))))

    # step 5: update
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, grads_unscaled)

    # step 6: loss again
    new_loss = plain_loss(model)
    assert new_loss.dtype == jnp.bfloat16
    new_loss_32 = new_loss.astype(jnp.float32)
    print("loss after:", float(new_loss_32))
    result = jnp.reshape(new_loss_32, (1,))
    assert result.shape == (1,)
    assert result.dtype == jnp.float32
    return result
