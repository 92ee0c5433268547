# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
import jax, jax.numpy as jnp, optax
from flax import nnx


def mapM_(f, xs):
    for v in xs:
        f(v)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    opt = optax.sgd(lr)
    st = opt.init(params)

    def loss(params, batch):
        params, (a, t) = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (params, batch))
        return jnp.mean(jnp.square(nnx.merge(gd, params)(a) - t)).astype(jnp.float32)

    def train(batch):
        g = jax.grad(lambda p: loss(p, batch) * loss_scale)(params)
        g = jax.tree.map(lambda v: v / loss_scale, g)
        updates, _ = opt.update(g, st, params)
        return optax.apply_updates(params, updates)  #@ update-discarded, stale-loss

    mapM_(train, [(x, y)])  #@ update-discarded, stale-loss
    return loss(params, (x, y)).reshape(1)  #@ update-discarded, stale-loss
