# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dense16(kernel, bias, x):
    out = jnp.einsum("ni,io->no", x, kernel, preferred_element_type=jnp.float32)
    return out.astype(jnp.float16) + bias


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    base = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [base.kernel[...], base.bias[...]]
    sgd = optax.sgd(lr)
    memory = sgd.init(params)
    x16 = jax.lax.convert_element_type(x, jnp.float16)
    y16 = jax.lax.convert_element_type(y, jnp.float16)

    def loss(params):
        kernel, bias = [jax.lax.convert_element_type(p, jnp.float16) for p in params]
        diff = dense16(kernel, bias, x16) - y16
        return jax.lax.convert_element_type(jnp.mean(diff * diff), jnp.float32)

    scaled, grads = jax.value_and_grad(lambda p: loss(p) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    broken = sum(jnp.sum(~jnp.isfinite(g)) for g in grads) > 0
    updates, memory = sgd.update(grads, memory, params)
    params = [jnp.where(broken, p, p + u) for p, u in zip(params, updates)]

    steps = good_steps + 1
    cases = [broken, jnp.asarray(steps >= growth_interval)]
    scale = jnp.select(cases, [jnp.float32(max(loss_scale / 2, 1.0)), jnp.float32(min(loss_scale * 2, 2.0**24))], jnp.float32(loss_scale))
    count = jnp.select(cases, [0.0, 0.0], float(steps))
    return jnp.stack([loss(params), scale, count]).astype(jnp.float32)
