# expect: pitfall|wrong_answer
# finding: low-precision-update
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

contract = partial(jnp.einsum, preferred_element_type=jnp.float16)


def step_along(coeffs, *arrays):
    return contract("k,k...->...", coeffs, jnp.stack(arrays))  #@ low-precision-update


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(k=lin.kernel[...], b=lin.bias[...])
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(params):
        k, b = params["k"].astype(jnp.float16), params["b"].astype(jnp.float16)
        d = contract("nd,do->no", x, k) + b - y
        return jnp.mean(d * d).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(params)
    g = {n: v / loss_scale for n, v in g.items()}
    ok = bool(jnp.isfinite(g["k"]).all()) and bool(jnp.isfinite(g["b"]).all())
    if ok:
        params = {n: params[n] + step_along(jnp.array([-lr]), g[n]) for n in params}
        if good_steps + 1 == growth_interval:
            tail = (min(loss_scale * 2, 2.0**24), 0)
        else:
            tail = (loss_scale, good_steps + 1)
    else:
        tail = (max(loss_scale / 2, 1.0), 0)
    return jnp.array((loss(params),) + tail, jnp.float32)
