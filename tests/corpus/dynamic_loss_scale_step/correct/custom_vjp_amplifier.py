# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx


@jax.custom_vjp
def amplify(loss, scale):
    return loss * scale


def amplify_fwd(loss, scale):
    return loss * scale, (loss, scale)


def amplify_bwd(res, ct):
    loss, scale = res
    return ct * scale, ct * loss


amplify.defvjp(amplify_fwd, amplify_bwd)


class Half(nnx.Module):
    def __init__(self, i, o, rngs):
        self.lin = nnx.Linear(i, o, dtype=jnp.float16, rngs=rngs)

    def __call__(self, x, y):
        d = self.lin(x) - y.astype(jnp.float16)
        return jnp.mean(d * d)


@nnx.jit
def _go(net, x, y, lr, scale):
    grads = nnx.grad(lambda m: amplify(m(x, y).astype(jnp.float32), scale))(net)
    grads = jax.tree.map(lambda g: g / scale, grads)
    flags = [jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]
    ok = jnp.stack(flags).all()
    before = jax.tree.map(jnp.copy, nnx.state(net, nnx.Param))
    after = jax.tree.map(lambda p, g: jnp.where(ok, p - lr * g, p), before, grads)
    nnx.update(net, after)
    return ok, net(x, y).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = Half(x.shape[1], y.shape[1], nnx.Rngs(params=int(seed)))
    ok, loss = _go(net, x, y, jnp.float32(lr), jnp.float32(loss_scale))
    n = good_steps + 1
    if not ok:
        s, n = max(1.0, loss_scale / 2), 0
    elif n == growth_interval:
        s, n = min(2.0**24, loss_scale * 2), 0
    else:
        s = loss_scale
    return jnp.array([loss, s, n], jnp.float32)
