# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LinearHalf(nnx.Module):
    def __init__(self, d_in, d_out, *, rngs):
        self.inner = nnx.Linear(d_in, d_out, dtype=jnp.float16, rngs=rngs)

    def loss(self, x, y):
        return ((self.inner(x) - y.astype(jnp.float16)) ** 2).mean()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = LinearHalf(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)

    def objective(net):
        return jnp.float32(net.loss(x, y) * loss_scale)  #@ low-precision-loss-scale

    grads = jax.tree.map(lambda g: jnp.float32(g) / loss_scale, nnx.grad(objective)(net))
    ok = bool(jnp.isfinite(jnp.stack([jnp.abs(g).sum() for g in jax.tree.leaves(grads)])).all())
    if ok:
        opt.update(net, grads)
    count = (good_steps + 1) % growth_interval if ok else 0
    scale = loss_scale / 2 if not ok else loss_scale * (1 + (count == 0))
    return jnp.array([jnp.float32(net.loss(x, y)), min(max(scale, 1.0), 2.0**24), count], jnp.float32)
