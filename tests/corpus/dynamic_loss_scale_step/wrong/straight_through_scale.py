# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx
from jax.lax import stop_gradient


def with_scale(loss, scale):
    # value: loss * scale
    return loss + stop_gradient(loss * (scale - 1.0))  #@ missing-loss-scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, params, rest = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param, ...)

    def forward(params):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
        model = nnx.merge(gd, p, rest)
        err = model(x.astype(jnp.float16)) - y.astype(jnp.float16)
        return jnp.mean(jnp.square(err)).astype(jnp.float32)

    _, grads = jax.value_and_grad(lambda p: with_scale(forward(p), loss_scale))(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    ok = jax.tree_util.tree_all(jax.tree.map(lambda g: jnp.isfinite(g).all().item(), grads))
    if ok:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    n = good_steps + 1
    scale, count = (
        (loss_scale, n) if ok and n < growth_interval
        else (min(loss_scale * 2, 2.0**24), 0) if ok
        else (max(loss_scale / 2, 1.0), 0)
    )
    return jnp.array([forward(params), scale, count], jnp.float32)
