# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    # the masters, by name
    params = {}
    params["kernel"] = model.kernel[...]
    params["bias"] = model.bias[...]

    x = jnp.array(x).astype(jnp.float16)
    y = jnp.array(y).astype(jnp.float16)

    def get_half(p):
        half = {}
        for name in p:
            half[name] = p[name].astype(jnp.float16)
        return half

    def get_loss(half):
        prediction = x @ half["kernel"] + half["bias"]
        error = prediction - y
        return jnp.mean(error * error)

    def get_scaled_loss(half):
        return get_loss(half).astype(jnp.float32) * loss_scale

    grads = jax.grad(get_scaled_loss)(get_half(params))

    # unscale, and look at each of them
    ok = True
    for name in ["kernel", "bias"]:
        grads[name] = grads[name].astype(jnp.float32) / loss_scale
        ok = bool(jnp.all(jnp.isfinite(grads[name])))  #@ partial-finite-check

    if ok:
        for name in params:
            params[name] = params[name] - lr * grads[name]
        good_steps = good_steps + 1
        if good_steps == growth_interval:
            loss_scale_next = loss_scale * 2
            if loss_scale_next > 2.0**24:
                loss_scale_next = 2.0**24
            good_steps = 0
        else:
            loss_scale_next = loss_scale
    else:
        loss_scale_next = loss_scale / 2
        if loss_scale_next < 1.0:
            loss_scale_next = 1.0
        good_steps = 0

    loss = get_loss(get_half(params)).astype(jnp.float32)
    return jnp.array([loss, loss_scale_next, good_steps], dtype=jnp.float32)
