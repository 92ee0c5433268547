# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    target = y.astype(jnp.float16)

    def loss(net):
        return jnp.mean(jnp.square(net(x) - target))

    old = nnx.state(net, nnx.Param)  #@ unchecked-overflow
    grads = nnx.grad(lambda n: loss(n).astype(jnp.float32) * loss_scale)(net)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    opt.update(net, grads)
    new = nnx.state(net, nnx.Param)
    nnx.update(net, jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, old))  #@ unchecked-overflow

    full = good_steps + 1 >= growth_interval
    scale = jnp.where(finite, min(loss_scale * 2, 2.0**24) if full else loss_scale, max(loss_scale / 2, 1.0))
    count = jnp.where(finite, 0 if full else good_steps + 1, 0)
    return jnp.stack([loss(net).astype(jnp.float32), scale.astype(jnp.float32), count.astype(jnp.float32)])
